"""Canonical feeds: what they are, how a folder of files becomes them, what was set aside."""
