"""Judging texts: what was meant, in which language, whether it asks something, and how soon somebody should look."""
