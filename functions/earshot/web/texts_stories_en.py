"""The English texts about stories: one thing told in several places."""

ENGLISH_STORIES = {
    "story.also": "Also at {places}",
    "story.and": "{some} and {last}",
    "story.more.one": "one more place",
    "story.more.other": "{n} more places",
    "story.again.one": "Told here once more",
    "story.again.other": "Told here {n} more times",
    "story.first": "first at {place}",
    "story.loudest": "widest reach at {place} ({n})",
    "story.places": "Everywhere this is told",
    "story.reach": "reach {n}",
    "story.head": "this card",
    "story.left.out.one": "and in one more place",
    "story.left.out.other": "and in {n} more places",
    "story.split": "Does not belong here",
    "story.split.of": "{place} does not belong here",
    "story.split.hint": "What does not belong here gets a card of its own and is never merged with this one again.",
    "story.part": "This is told elsewhere too. One card closes it for all places.",
    "story.part.link": "Go to that card",
    "own.voice": "by one of us",
    "outcome.split": "Split off",
}
