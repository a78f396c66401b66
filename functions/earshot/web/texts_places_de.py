"""The German texts about what becomes of places and of posts there."""

GERMAN_PLACES = {
    "post.gone": "Der Beitrag wurde gelöscht.",
    "outcome.aged": "Text und Name gelöscht; länger darf sie niemand aufheben",
    "outcome.gone": "An der Quelle gelöscht",
    "source.off": "Abgeschaltet",
    "problem.credential": "Braucht erst Zugangsdaten: earshot credential set {kind}",
    "problem.robots": "Möchte nicht von Programmen gelesen werden (robots.txt). Wir halten uns daran.",
}
