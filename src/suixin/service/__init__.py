"""The institution's service: its database, its books, its day."""
