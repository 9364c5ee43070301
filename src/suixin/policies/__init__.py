"""Dated policy values with their references, as package data; a folder may override them."""
