"""Backups: what is in one, how one is made, and how one is put back."""
