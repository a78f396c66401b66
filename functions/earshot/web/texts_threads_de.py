"""The German texts about threads: what a mention answers, and what answers it."""

GERMAN_THREADS = {
    "thread": "Der Gesprächsverlauf",
    "thread.not.read": "Noch nicht gelesen.",
    "thread.looking": "Wird gerade gelesen. Die Seite lädt sich gleich neu.",
    "thread.read": "Gelesen {ago}.",
    "thread.above": "Davor",
    "thread.here": "hier steht die Erwähnung",
    "thread.below": "Antworten",
    "thread.no.replies": "Bisher keine Antworten.",
    "thread.ours": "Aus dem eigenen Haus hat schon geantwortet: {names}.",
    "thread.ours.none": "Aus dem eigenen Haus hat noch niemand geantwortet.",
    "thread.is.ours": "von uns",
    "thread.cut": "Gekürzt: Dort steht mehr, als gelesen wurde.",
    "thread.left.out.one": "Eine weitere Antwort wird hier nicht gezeigt.",
    "thread.left.out.other": "{n} weitere Antworten werden hier nicht gezeigt.",
    "thread.problem": "Beim letzten Mal ging es nicht: {problem}",
    "thread.busy": "Es wird schon viel gelesen. Bitte gleich noch einmal versuchen.",
    "thread.ask": "Gesprächsverlauf lesen",
    "thread.ask.again": "Noch einmal lesen",
    "outcome.reply": "Wieder offen, weil jemand geantwortet hat",
}
