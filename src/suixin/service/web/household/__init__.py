"""The household's and the merchant's own desk, on a phone."""
