"""The gaming lab: attacks on a score as code, what each spends and what limit it buys."""
