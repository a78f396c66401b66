"""Mails of our own in the shape that portals send: a test names only what it is about."""

from base64 import b64encode

SECRET = "k3vq7m2x9d4hw8sz"
SES = (
    "amazonses.com;\r\n spf=pass (spfCheck: domain of _spf.example designates 192.0.2.7 as permitted sender)"
    " client-ip=192.0.2.7; envelope-from={envelope}; helo=mail.example;\r\n dkim=pass header.i=@{dkim};\r\n"
    " dmarc={dmarc} header.from={from_};"
)


def ses(
    *, envelope: str = "x@gmail.com", dkim: str = "kununu.com", dmarc: str = "none", from_: str = "kununu.com"
) -> str:
    """The header that Amazon SES puts on top of a mail."""
    return SES.format(envelope=envelope, dkim=dkim, dmarc=dmarc, from_=from_)


def a_mail(
    *,
    sender: str = "kununu <noreply@kununu.com>",
    subject: str = "Neue Bewertung für Acme GmbH",
    text: str = "",
    html: str = "",
    date: str = "Mon, 23 Nov 2026 10:00:00 +0100",
    message_id: str = "<1@portal.example>",
    above: str = "",
    extra: str = "",
) -> bytes:
    """A mail with a plain part, an HTML part or both; `above` stands on top, `extra` among its own headers."""
    words = f"=?utf-8?b?{b64encode(subject.encode()).decode()}?="
    head = f"{above}From: {sender}\r\nTo: {SECRET}@in.example\r\nSubject: {words}\r\n"
    head += f"Date: {date}\r\n" if date else ""
    head += f"Message-ID: {message_id}\r\n" if message_id else ""
    head += f"{extra}MIME-Version: 1.0\r\n"
    parts = [(kind, body) for kind, body in (("plain", text), ("html", html)) if body]
    if len(parts) == 1:
        return f"{head}{_part(*parts[0])}".encode()
    inner = "".join(f"--b1\r\n{_part(kind, body)}\r\n" for kind, body in parts)
    return f'{head}Content-Type: multipart/alternative; boundary="b1"\r\n\r\n{inner}--b1--\r\n'.encode()


def _part(kind: str, body: str) -> str:
    return f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
