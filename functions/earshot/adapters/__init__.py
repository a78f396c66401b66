"""The edges of Earshot: each module here speaks to one thing outside, in the words of a port."""
