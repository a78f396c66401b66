"""Earshot hears what is said about a company in public, and helps it to thank, to answer and to learn."""

__version__ = "0.1.0"
