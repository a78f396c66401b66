"""What can go wrong in a build."""


class BuildError(Exception):
    """The build cannot go on; the message is a sentence for whoever started it."""
