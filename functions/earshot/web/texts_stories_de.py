"""The German texts about stories: one thing told in several places."""

GERMAN_STORIES = {
    "story.also": "Auch bei {places}",
    "story.and": "{some} und {last}",
    "story.more.one": "an einer weiteren Stelle",
    "story.more.other": "an {n} weiteren Stellen",
    "story.again.one": "Steht hier noch einmal",
    "story.again.other": "Steht hier noch {n}-mal",
    "story.first": "zuerst bei {place}",
    "story.loudest": "größte Reichweite bei {place} ({n})",
    "story.places": "Wo das überall steht",
    "story.reach": "Reichweite {n}",
    "story.head": "diese Karte",
    "story.left.out.one": "und an einer weiteren Stelle",
    "story.left.out.other": "und an {n} weiteren Stellen",
    "story.split": "Gehört nicht dazu",
    "story.split.of": "{place} gehört nicht dazu",
    "story.split.hint": "Was nicht dazugehört, bekommt eine eigene Karte und wird nie wieder damit zusammengelegt.",
    "story.part": "Das steht auch anderswo. Erledigt wird es auf einer Karte für alle Stellen.",
    "story.part.link": "Zur gemeinsamen Karte",
    "own.voice": "aus dem eigenen Haus",
    "outcome.split": "Getrennt",
}
