"""Mail by SMTP, in one attempt."""

import smtplib
import ssl
from dataclasses import dataclass

from earshot.adapters.mime import as_message
from earshot.domain.errors import Deferred, Rejected
from earshot.ports.clock import Clock
from earshot.ports.notifier import Letter

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed over; TLS is used as soon as the server offers it, and required for a password."""

    host: str
    port: int
    user: str = ""
    password: str = ""


class Smtp:
    """Implements `earshot.ports.notifier.Notifier` over SMTP."""

    def __init__(self, server: SmtpServer, *, sender: str, clock: Clock) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Hands the mail over.

        Raises:
            Deferred: no connection, or the server says 4xx.
            Rejected: the server says 5xx.
        """
        message = as_message(letter, sender=self._sender, now=self._clock.now())
        try:
            with smtplib.SMTP(self._server.host, self._server.port, timeout=TIMEOUT_S) as connection:
                self._introduce(connection)
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as exc:
            code, _ = next(iter(exc.recipients.values()))
            raise _error(code) from exc
        except smtplib.SMTPResponseException as exc:
            raise _error(exc.smtp_code) from exc
        except (OSError, smtplib.SMTPException) as exc:
            raise Deferred("mail", f"{self._server.host}:{self._server.port} cannot be reached") from exc

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        elif self._server.user:
            raise smtplib.SMTPResponseException(530, b"no TLS, so the password stays here")
        if self._server.user:
            connection.login(self._server.user, self._server.password)


def _error(code: int) -> Deferred | Rejected:
    if 400 <= code < 500:
        return Deferred("mail", f"the mail server answered {code}")
    return Rejected("mail", f"the mail server answered {code}")
