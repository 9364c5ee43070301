"""Lending: agreements, money moved under dated rules, losses shared."""
