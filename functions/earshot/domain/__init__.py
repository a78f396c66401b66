"""What Earshot is about: values and decisions, no input or output; `now` is always an argument."""
