"""Connectors: pure code that turns a kind of source into requests and its responses into items."""
