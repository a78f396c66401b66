"""Decides which watches an item matches, and says why: folding, one automaton for all words, query strings."""
