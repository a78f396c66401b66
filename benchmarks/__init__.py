"""How fast Earshot is and what it costs: ratios within one run, because seconds are true of one machine only."""
