"""The service as it runs: its processes, what they tell of themselves, and how it is watched."""
