"""Mail by SMTP, in one attempt.

What goes wrong before the server has seen the letter is for the operator or for time to mend, so it is deferred,
whatever the code: an alert must not be lost to a mistyped password. Only a 5xx about the recipient or the mail rejects.
"""

import smtplib
import socket
import ssl
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from email.message import EmailMessage

from earshot.adapters.mime import as_message
from earshot.domain.errors import Deferred, Halted, Rejected
from earshot.ports.clock import Clock
from earshot.ports.notifier import Letter

TOTAL_S = 60.0
"""Seconds of one send, half of the lease under which it runs (`earshot.domain.delivery.SEND_LEASE`)."""

_REPLY_S = 20.0
"""Seconds for each address of the server, and for each answer before the mail; the mail's own may take the rest."""

_FAREWELL_S = 2.0

_NO_LOGIN = frozenset({530, 534, 535, 538})
"""The server wants a login, or another one (RFC 4954 §6); it may say so at any command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed over; TLS is used as soon as the server offers it, and required for a password."""

    host: str
    port: int
    user: str = ""
    password: str = ""


class Smtp:
    """Implements `earshot.ports.notifier.Notifier` over SMTP."""

    def __init__(self, server: SmtpServer, *, sender: str, clock: Clock, total_s: float = TOTAL_S) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._total_s = total_s

    def send(self, letter: Letter, /) -> None:
        """Hands the mail over, within `TOTAL_S`; what the server does after it took the mail changes nothing.

        Raises:
            Deferred: no connection, no usable login or sender, the server says 4xx or nothing that SMTP knows.
            Rejected: the server says 5xx to the recipient or the mail, or cannot take the letters of the address.
        """
        message = as_message(letter, sender=self._sender, now=self._clock.now())
        connection = self._connected()
        try:
            self._introduce(connection)
            connection.wait_to_the_end()
            _hand_over(connection, message, letter.to)
        finally:
            connection.leave()

    def _connected(self) -> "_Connection":
        place = f"{self._server.host}:{self._server.port}"
        try:
            return _Connection(self._server, self._total_s)
        except smtplib.SMTPResponseException as exc:
            raise Deferred("mail", f"{place} does not greet as a mail server does ({exc.smtp_code})") from exc
        except (OSError, UnicodeError) as exc:
            raise Deferred("mail", f"{place} cannot be reached") from exc

    def _introduce(self, connection: smtplib.SMTP) -> None:
        try:
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
            elif self._server.user:
                raise Halted(
                    "mail", "the mail server offers no TLS, so the password stays here; look at smtp and smtp_user"
                )
        except smtplib.SMTPResponseException as exc:
            raise _deferred(exc.smtp_code) from exc
        except ssl.SSLError as exc:
            raise Deferred("mail", "the secure connection failed (TLS or certificate)") from exc
        except (OSError, ValueError) as exc:
            raise _broken() from exc
        if self._server.user:
            self._log_in(connection)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        try:
            connection.login(self._server.user, self._server.password)
        except smtplib.SMTPResponseException as exc:
            raise _no_login(f" ({exc.smtp_code})") if exc.smtp_code >= 500 else _deferred(exc.smtp_code) from exc
        except smtplib.SMTPServerDisconnected as exc:
            raise _broken() from exc
        except (OSError, ValueError) as exc:
            # No way to log in that both sides know, or letters that smtplib cannot send.
            raise _no_login() from exc


class _Connection(smtplib.SMTP):
    """A connection that is cut when its time is over: the time-outs of a socket begin anew with every byte.

    The cut goes through a second handle, so it works inside a TLS handshake too.
    """

    def __init__(self, server: SmtpServer, total_s: float) -> None:
        self._ends_at = time.monotonic() + total_s
        self._watch = ExitStack()
        super().__init__(server.host, server.port, timeout=_REPLY_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # The seam by which SMTP_SSL differs from SMTP; after connect() the greeting is over already.
        connected = socket.create_connection((host, port), min(timeout, self._rest_s()))
        handle = self._watch.enter_context(connected.dup())
        timer = threading.Timer(self._rest_s(), _cut, [handle])
        timer.daemon = True
        timer.start()
        self._watch.callback(timer.join)
        self._watch.callback(timer.cancel)
        return connected

    def _rest_s(self) -> float:
        return max(0.01, self._ends_at - time.monotonic())

    def wait_to_the_end(self) -> None:
        """Lets each further answer take as long as the whole may: a mail that is looked through takes its time."""
        if self.sock is not None:
            self.sock.settimeout(self._rest_s())

    def leave(self) -> None:
        """Says farewell, for politeness only."""
        with suppress(OSError):
            if self.sock is not None:
                self.sock.settimeout(_FAREWELL_S)
            self.quit()
        self.close()

    def close(self) -> None:
        """Closes the connection and ends the watch."""
        super().close()
        self._watch.close()


def _cut(handle: socket.socket) -> None:
    with suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _hand_over(connection: smtplib.SMTP, message: EmailMessage, to: str) -> None:
    try:
        connection.send_message(message, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as exc:
        code, _ = next(iter(exc.recipients.values()))
        raise _refusal(code) from exc
    except smtplib.SMTPSenderRefused as exc:
        raise _deferred(exc.smtp_code, f"refuses the sender ({exc.smtp_code}); look at mail_from") from exc
    except smtplib.SMTPDataError as exc:
        raise _refusal(exc.smtp_code) from exc
    except smtplib.SMTPNotSupportedError as exc:
        if to.isascii():
            raise Halted("mail", "the sender has letters outside ASCII; look at mail_from") from exc
        raise Rejected("mail", "the address has letters outside ASCII, which the mail server does not take") from exc
    except OSError as exc:
        raise _broken() from exc


def _refusal(code: int) -> Deferred | Rejected:
    if 500 <= code < 600 and code not in _NO_LOGIN:
        return Rejected("mail", f"the mail server answered {code}")
    return _deferred(code)


def _deferred(code: int, otherwise: str = "") -> Deferred:
    if code in _NO_LOGIN:
        return _no_login(f" ({code})")
    return Deferred("mail", f"the mail server {otherwise or f'answered {code}'}")


def _no_login(code: str = "") -> Deferred:
    return Halted("mail", f"the mail server refuses the login{code}; look at smtp_user and smtp_password_file")


def _broken() -> Deferred:
    return Deferred("mail", "the connection to the mail server broke off or took too long")
