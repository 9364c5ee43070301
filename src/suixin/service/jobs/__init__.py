"""Work that waits for nobody: scoring, the day's end, the county's figures, anchoring."""
