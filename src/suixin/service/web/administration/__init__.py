"""Administration: who may do what, by two people; how the service runs; rules changed by date."""
