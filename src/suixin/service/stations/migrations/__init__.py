"""Migrations of the stations."""
