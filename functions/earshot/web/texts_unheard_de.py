"""The German texts of the page that tells what cannot be heard."""

GERMAN_UNHEARD = {
    "unheard": "Was wir nicht hören",
    "unheard.lead": "Was wir nicht hören",
    "unheard.hint": "Kein Programm hört alles. Hier steht, was diesem verschlossen ist, warum, und was stattdessen "
    "hilft.",
    "unheard.now": "Zurzeit nicht gehört",
    "unheard.now.none": "Alles, was sich einschalten lässt, ist eingeschaltet und hat, was es braucht.",
    "unheard.off": "{name} ist aus. Einschalten:",
    "unheard.missing": "{name} wartet auf Zugangsdaten ({fields}):",
    "unheard.account": "{name} braucht die Zugangsdaten des eigenen Kontos ({fields}):",
    "unheard.troubled.one": "1 Quelle antwortet nicht, wie sie soll.",
    "unheard.troubled.other": "{n} Quellen antworten nicht, wie sie sollen.",
    "unheard.never": "Was sich gar nicht oder nur auf Umwegen hören lässt",
    "unheard.why": "Warum",
    "unheard.way": "Was hilft",
    "unheard.searches": "Fertige Suchen für Google Alerts:",
    "unheard.searches.more": "weitere bei den Suchbegriffen",
    "unheard.linkedin.name": "LinkedIn",
    "unheard.linkedin.why": "LinkedIn hat keine Suche für Programme; nur was auf der eigenen Seite geschieht, gäbe es "
    "nach einer Freigabe.",
    "unheard.linkedin.way": "Ein Google Alert findet, was öffentlich ist. Benachrichtigungen der eigenen Seite lassen "
    "sich per Mail weiterleiten.",
    "unheard.xing.name": "Xing",
    "unheard.xing.why": "Für Xing fand sich keine öffentliche Schnittstelle.",
    "unheard.xing.way": "Ein Google Alert, oder die Benachrichtigungsmails weiterleiten.",
    "unheard.kununu.name": "kununu",
    "unheard.kununu.why": "Für kununu fand sich keine öffentliche Schnittstelle.",
    "unheard.kununu.way": "Ein Google Alert, und die Mails über neue Bewertungen des eigenen Profils weiterleiten.",
    "unheard.glassdoor.name": "Glassdoor",
    "unheard.glassdoor.why": "Glassdoor gibt seine Schnittstelle nicht öffentlich heraus.",
    "unheard.glassdoor.way": "Ein Google Alert, und die Mails über neue Bewertungen weiterleiten.",
    "unheard.facebook.name": "Facebook jenseits der eigenen Seite",
    "unheard.facebook.why": "Meta zeigt Programmen nur die eigene Seite. Fremde Seiten, Profile und Gruppen sind ihnen "
    "verschlossen.",
    "unheard.facebook.way": "Die eigene Seite mit Zugangsdaten; Benachrichtigungsmails weiterleiten; einen gefundenen "
    "Link von Hand eintragen.",
    "unheard.instagram.name": "Instagram jenseits des eigenen Kontos",
    "unheard.instagram.why": "Gehört werden Markierungen, eigene Kommentare und bis zu dreißig Hashtags in sieben "
    "Tagen; freie Suche gibt es nicht.",
    "unheard.instagram.way": "Das eigene Konto mit Zugangsdaten; einen gefundenen Link von Hand eintragen.",
    "unheard.tiktok.name": "TikTok",
    "unheard.tiktok.why": "Es gibt keine Suche für Unternehmen; was in Videos gesprochen wird, liest ohnehin kein "
    "Programm hier.",
    "unheard.tiktok.way": "Benachrichtigungsmails weiterleiten; einen gefundenen Link von Hand eintragen.",
    "unheard.telegram.name": "Telegram",
    "unheard.telegram.why": "Ein Programm sieht einen Kanal nur, wenn es dort Verwalter ist; eine öffentliche Suche "
    "gibt es nicht.",
    "unheard.telegram.way": "Ein Google Alert findet einen Teil der öffentlichen Kanäle.",
    "unheard.whatsapp.name": "WhatsApp",
    "unheard.whatsapp.why": "Private Gespräche sind privat, und das ist gut so.",
    "unheard.whatsapp.way": "Keiner. Wer dort von etwas erfährt, kann es von Hand eintragen.",
    "unheard.discord.name": "Discord",
    "unheard.discord.why": "Server sind geschlossene Räume; ein Programm liest nur mit, wo es eingeladen wurde.",
    "unheard.discord.way": "Keiner, der allen gerecht wird. Wer dort von etwas erfährt, kann es von Hand eintragen.",
    "unheard.closed.name": "Geschlossene Foren und Gruppen",
    "unheard.closed.why": "Was nur Mitglieder sehen, wird nicht gelesen, auch nicht mit dem Zugang eines Mitglieds.",
    "unheard.closed.way": "Benachrichtigungsmails des Forums weiterleiten. Öffentliche Foren lassen sich mit ihrer "
    "Adresse eintragen.",
    "unheard.amazon.name": "Einzelne Bewertungen bei Amazon",
    "unheard.amazon.why": "Amazon gibt Verkäufern nur Themen und Auszüge, einmal in der Woche, und keine einzelnen "
    "Bewertungen.",
    "unheard.amazon.way": "Ein Google Alert findet wenig davon; Mails an Verkäufer lassen sich weiterleiten.",
    "unheard.yelp.name": "Yelp",
    "unheard.yelp.why": "Die Schnittstelle gibt nur drei Auszüge je Unternehmen und kostet Geld.",
    "unheard.yelp.way": "Ein Google Alert.",
    "unheard.google.name": "Google-Rezensionen anderer",
    "unheard.google.why": "Google zeigt Programmen nur Rezensionen der eigenen Standorte, und auch das erst nach einer "
    "Freigabe.",
    "unheard.google.way": "Die eigenen Standorte mit Zugangsdaten; die Mails über neue Rezensionen weiterleiten.",
    "unheard.portals.name": "Bewertungsportale anderer Firmen",
    "unheard.portals.why": "Trustpilot und Trusted Shops öffnen sich mit einem Vertrag oder für die eigenen "
    "Bewertungen; für jameda, HolidayCheck und ProvenExpert fand sich keine öffentliche Schnittstelle.",
    "unheard.portals.way": "Ein Google Alert, die eigenen Zugangsdaten, oder die Mails über neue Bewertungen.",
    "unheard.broadcast.name": "Fernsehen, Radio, Podcasts und Gedrucktes",
    "unheard.broadcast.why": "Hier wird gelesen, nicht mitgehört: Gesprochenes und Papier bleiben ungehört.",
    "unheard.broadcast.way": "Die Begleittexte stehen oft im Netz: Feed eintragen, oder ein Google Alert für das ganze "
    "Netz.",
    "unheard.paywall.name": "Texte hinter einer Bezahlschranke",
    "unheard.paywall.why": "Gelesen wird, was ein Feed oder eine Suche öffentlich zeigt: Überschrift und Vorspann.",
    "unheard.paywall.way": "Steht der Name nicht darin, hilft nur ein Pressespiegel mit Lizenz.",
    "unheard.pictures.name": "Schrift in Bildern und Gesprochenes in Videos",
    "unheard.pictures.why": "Gelesen wird Text: Titel, Beschreibung, Kommentare.",
    "unheard.pictures.way": "Keiner. Ein gefundener Link lässt sich von Hand eintragen.",
    "unheard.x.name": "X ohne Budget",
    "unheard.x.why": "Jeder gelesene Beitrag kostet dort Geld. Darum ist X aus, bis jemand ein Budget im Monat "
    "festlegt.",
    "unheard.x.way": "earshot credential set x, dann earshot source on x.",
    "unheard.reddit.name": "Reddit ohne Freigabe",
    "unheard.reddit.why": "Reddit lässt nur Programme lesen, die es vorher genehmigt hat.",
    "unheard.reddit.way": "Eine Freigabe beantragen, dann earshot credential set reddit und earshot source on reddit; "
    "bis dahin ein Google Alert für das ganze Netz.",
    "unheard.deleted.name": "Was schnell wieder gelöscht wird",
    "unheard.deleted.why": "Zwischen zwei Blicken liegen Minuten. Was davor verschwindet, wurde nie gehört; was danach "
    "verschwindet, wird auch hier gelöscht.",
    "unheard.deleted.way": "Keiner, und das ist Absicht.",
}
