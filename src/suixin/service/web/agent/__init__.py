"""The station agent's desk: one page that works for days without a network."""
