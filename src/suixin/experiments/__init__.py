"""Seeded experiments on the demonstration county: what was planted, held against what is found.

They import credit and county and nothing imports them but the command. Every figure that they
print is computed in the run; what they assume of behaviour stands in the policy `experiments`.
"""
