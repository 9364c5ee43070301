"""The live slot: counts of a session as it runs, and the limit that follows them inside a band."""
