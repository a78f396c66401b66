"""German texts about what comes without being fetched."""

GERMAN_ARRIVALS = {
    "job.handed.in": "{n} gelesen, {stored} als Erwähnung gespeichert.",
    "job.handed": "Das Eingereichte",
    "job.handed.waits": "Der Rest ist noch unterwegs.",
    "arrivals": "Links und Mails",
    "arrivals.hint": "Was nicht von selbst gefunden wird: ein Link, den Sie entdeckt haben, und Mails von Portalen.",
    "arrivals.to": "Link einfügen, Mails empfangen",
    "paste": "Link einfügen",
    "paste.hint": "Die Seite wird einmal gelesen. Ohne Auswahl zählt sie nur, wenn ein Suchwort darin vorkommt.",
    "paste.url": "Adresse der Seite",
    "paste.watch": "Für welche Beobachtung?",
    "paste.any": "die Suchwörter entscheiden",
    "paste.add": "Einfügen",
    "mail.in": "Mails",
    "mail.in.hint": (
        "Benachrichtigungen von Bewertungsportalen und Google Alerts, die an diese Adresse gehen, werden gelesen. "
        "Wer sie kennt, kann dorthin schreiben: Geben Sie sie nur bei den Portalen an."
    ),
    "mail.in.local": (
        "Auf diesem Rechner kommen keine Mails an. Legen Sie sie als Datei in den Ordner mail-in der Daten, "
        "oder nehmen Sie: earshot mail DATEI.eml"
    ),
    "mail.renew": "Adresse wechseln",
    "mail.renew.ask": "An die bisherige Adresse kommt dann nichts mehr an.",
    "mail.held.one": "{n} Mail wurde zurückgehalten",
    "mail.held.other": "{n} Mails wurden zurückgehalten",
    "mail.held.hint": "Bei ihnen war nicht sicher, von wem sie sind. Nach sieben Tagen verschwinden sie.",
    "mail.release": "Trotzdem lesen",
    "mail.released": "gelesen",
    "mail.no.sender": "ohne Absender",
    "mail.asked": "{sender} möchte Mails hierher weiterleiten",
    "mail.code": "Code: {code}",
    "mail.agree": "Beim Anbieter zustimmen",
    "arrivals.asked.one": "Ein Anbieter möchte Mails hierher weiterleiten und wartet auf Ihre Zustimmung.",
    "arrivals.asked.other": "{n} Anbieter möchten Mails hierher weiterleiten und warten auf Ihre Zustimmung.",
    "source.page_watch": "Webseite",
    "source.email_in": "Mail",
    "source.push": "Eingereicht",
    "source.webmention": "Webmention",
}
