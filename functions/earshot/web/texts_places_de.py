"""The German texts about what becomes of places and of posts there."""

GERMAN_PLACES = {
    "post.gone": "Der Beitrag wurde gelöscht.",
    "outcome.gone": "An der Quelle gelöscht",
    "source.off": "Abgeschaltet",
    "source.really": "im Schnitt alle {span}",
    "problem.credential": "Braucht erst Zugangsdaten: {detail}",
    "problem.robots": "Möchte nicht von Programmen gelesen werden (robots.txt). Wir halten uns daran.",
}
