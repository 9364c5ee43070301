"""An institution's way to its chain. Each module takes the extra `chain`; `app.anchoring` does not.

What is imported here is imported where a chain is open, and nowhere else.
"""
