"""Watching scores at work: drift, calibration by month, fairness, champion against challenger."""
