"""Work that waits for nobody: scoring, notices, reports, anchoring."""
