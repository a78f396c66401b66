"""The German texts about how sources are doing, what to do about it, and the presets."""

GERMAN_HEALTH = {
    "problem.off": "Aufgegeben, weil dort nichts mehr kommt. Neue Adresse eintragen, oder „Wieder zuhören“ versuchen.",
    "problem.key": "Nimmt die Zugangsdaten nicht an. Neue eintragen: earshot credential set {kind}",
    "problem.dead": "Antwortet seit langem nicht und wird nur noch einmal in der Woche gefragt. Stimmt die Adresse "
    "noch? Sonst eine neue eintragen und diese entfernen.",
    "problem.missing": "Diese Adresse gibt es dort nicht (404). Bitte prüfen; vielleicht ist die Seite umgezogen.",
    "problem.address": "Lässt uns von unserer Netzadresse aus nicht lesen (401 oder 403), oft, weil sie zu einem "
    "Rechenzentrum gehört. Im Browser prüfen, ob die Seite offen ist; dann hilft ein Google Alert oder ihr Newsletter.",
    "problem.silent": "Ungewöhnlich lange still; sonst kommt dort öfter etwas. Ist die Seite umgezogen? Bitte die "
    "Adresse prüfen.",
    "problem.stalled": "Ungewöhnlich lange still. Google Alerts bleiben manchmal stehen: den Alert bei Google neu "
    "anlegen und seine neue Adresse eintragen.",
    "source.waits": "Wartet auf ein freies Kontingent, zum ersten Mal {ago}. Es geht von selbst weiter.",
    "source.detail": "Im Wortlaut: {detail}",
    "source.asked": "Zuletzt nachgesehen {ago}.",
    "source.real": "Ein Blick im Abstand von etwa {span}.",
    "source.usual": "Ein Blick ist im Abstand von {span} vorgesehen.",
    "source.follows": "Folgt von selbst den Suchbegriffen.",
    "source.asks": "Gefragt wird nach {words}.",
    "source.asks.more": "Gefragt wird nach {words} und {n} weiteren.",
    "source.only": "Hört nur für {watches}.",
    "source.companion": "Kam zusammen mit einer anderen Quelle dazu.",
    "source.locator": "Adresse: {url}",
    "source.facts": "Genauer",
    "source.kind": "{kind}: {n}",
    "sources.troubled": "Hier ist etwas zu tun",
    "sources.well": "Hier läuft es",
    "presets": "Fertige Quellen",
    "presets.hint": "Häufig gewünschte Orte im deutschsprachigen Raum. Die Adressen stammen aus öffentlichem "
    "Programmcode und wurden nicht live ausprobiert; ob eine stimmt, zeigt der erste Blick.",
    "presets.group.news": "Nachrichten",
    "presets.group.business": "Wirtschaft",
    "presets.group.technology": "Technik",
    "presets.group.communities": "Foren und Communitys",
    "presets.group.reviews": "Bewertungen",
    "presets.group.employers": "Arbeitgeber",
    "presets.group.consumers": "Verbraucherschutz",
    "preset.add": "Zuhören: {name}",
    "preset.heard": "läuft schon",
    "preset.way.reddit": "braucht Zugangsdaten, die Reddit genehmigt",
    "preset.way.account": "für das eigene Konto, mit Zugangsdaten: earshot credential set {kind}",
    "preset.way.address": "mit der Adresse der App: earshot source add --kind {kind} {example}",
    "preset.way.alert": "lässt kein Programm lesen; über einen Google Alert",
    "preset.way.mail": "lässt kein Programm lesen; über die Benachrichtigungsmails des Ortes",
    "preset.to.searches": "Fertige Suchen bei den Suchbegriffen",
    "invalid.preset": "Diese fertige Quelle gibt es nicht, oder sie hat keine Adresse zum Eintragen.",
}
