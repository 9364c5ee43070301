"""Kernel: money, rates, days, dated policy, identities and refusals. It imports nothing of ours."""
