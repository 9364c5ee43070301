"""Entity resolution: which records of several sources are one person or shop (extra `resolve`)."""
