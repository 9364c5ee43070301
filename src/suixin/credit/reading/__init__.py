"""What buyers write, read by aspect: words by rules, letters by a learned model, joined."""
