"""Training: an institution's own model from its own outcomes. What is trained is applied by
`suixin.credit.model`, which needs none of what trained it.
"""
