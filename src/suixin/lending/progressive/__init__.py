"""Loans whose instalments move: more drawn, paid early or late, undone, and replayed by date."""
