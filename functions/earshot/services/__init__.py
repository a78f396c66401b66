"""The use cases: plan, collect, alert, deliver, inbox, watching."""
