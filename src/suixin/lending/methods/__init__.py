"""Repayment methods, one module each: the days a loan falls due, and what is due on them."""
