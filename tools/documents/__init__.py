"""The pages of docs/ that are written from what the code declares."""
