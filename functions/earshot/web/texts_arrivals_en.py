"""English texts about what comes without being fetched."""

ENGLISH_ARRIVALS = {
    "job.handed.in": "{n} read, {stored} stored as mentions.",
    "job.handed": "What was handed in",
    "job.handed.waits": "The rest is on its way.",
    "arrivals": "Links and mails",
    "arrivals.hint": "What is not found by itself: a link that you came across, and mails of portals.",
    "arrivals.to": "Paste a link, receive mails",
    "paste": "Paste a link",
    "paste.hint": "The page is read once. Without a choice it counts only where one of your words stands in it.",
    "paste.url": "Address of the page",
    "paste.watch": "For which watch?",
    "paste.any": "let the words decide",
    "paste.add": "Paste",
    "mail.in": "Mails",
    "mail.in.hint": (
        "Notifications of review portals and Google Alerts that go to this address are read. "
        "Whoever knows it can write to it: give it to the portals only."
    ),
    "mail.in.local": (
        "No mails arrive on this computer. Put them as files into the folder mail-in of the data, "
        "or say: earshot mail FILE.eml"
    ),
    "mail.renew": "Change the address",
    "mail.renew.ask": "Nothing reaches you at the present address then.",
    "mail.held.one": "{n} mail was held back",
    "mail.held.other": "{n} mails were held back",
    "mail.held.hint": "It was not certain from whom they are. They are gone after seven days.",
    "mail.release": "Read it anyway",
    "mail.released": "read",
    "mail.no.sender": "no sender",
    "mail.asked": "{sender} would like to forward mails here",
    "mail.code": "Code: {code}",
    "mail.agree": "Agree at the provider",
    "arrivals.asked.one": "A provider wants to forward mails to here, and waits for your consent.",
    "arrivals.asked.other": "{n} providers want to forward mails to here, and wait for your consent.",
    "source.page_watch": "Web page",
    "source.email_in": "Mail",
    "source.push": "Handed in",
    "source.webmention": "Webmention",
}
