"""The auditor's desk: any record proved, and everything that it stands on."""
