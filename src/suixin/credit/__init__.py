"""Facts about trade become an index, a score, a limit and a price, each with its reasons."""
