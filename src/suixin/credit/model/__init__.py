"""Adopted models: read, verified and applied without what trained them."""
