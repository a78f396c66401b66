"""The fault simulator: the real services over a dict table and queues in memory, with crashes at chosen calls."""
