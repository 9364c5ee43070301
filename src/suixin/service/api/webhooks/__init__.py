"""What happened, told to partners that asked for it: signed, and again until it is heard."""
