"""Evidence: what was recorded, by whom and in what order, so that anybody can check it."""
