"""Puts parts together, one module for each door; the only place that knows which class stands behind a port.

Nothing is imported here: what a door does not import does not slow its start, and is not packed for it.
"""
