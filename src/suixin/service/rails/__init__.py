"""How money really moves: files to and from the bank, and what its statements say happened."""
