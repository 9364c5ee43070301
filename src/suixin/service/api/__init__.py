"""What partners' systems call."""
