"""Typed calls of each contract: what a party does, what is asked, what was said.

One module a contract, named as it: `agreement.Apply(...)` is an act, `agreement.record(id)` a
question, `agreement.Applied` an event. `deployment.Deployment` performs, asks and reads them.
"""
