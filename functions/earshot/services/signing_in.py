"""Signing in: a credential is exchanged for a session, which all processes use until it ends."""

import threading
from collections.abc import Callable

from earshot.domain.credential import Credential, Session
from earshot.domain.errors import Refused
from earshot.domain.source import Source
from earshot.ports.connector import SignsIn
from earshot.ports.http import Request, Response
from earshot.services.credentials import Credentials

Send = Callable[[Request], Response]


class SignIns:
    """Gets sessions and keeps them; two threads of a process never sign in at once with the same credential."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._locks: dict[tuple[str, str], threading.Lock] = {}

    def session(
        self, source: Source, door: SignsIn, credential: Credential, send: Send, pause: Callable[[], None]
    ) -> tuple[Session, bool]:
        """A session that is not over, and whether it is new; then `pause` was called after its request.

        Raises:
            FetchError: the place does not grant one.
            StoreError: it cannot be read or kept now.
        """
        with self._locks.setdefault((source.owner, source.kind), threading.Lock()):
            known = self._credentials.session(source.owner, source.kind)
            if known is not None and not self._credentials.is_over(known):
                return known, False
            fresh = self._granted(door, credential, known, send, pause)
            self._credentials.keep_session(source.owner, source.kind, fresh)
        pause()
        return fresh, True

    def forget(self, source: Source) -> None:
        """Drops a session, so that the next one is asked for with the credential alone."""
        self._credentials.forget_session(source.owner, source.kind)

    def _granted(
        self, door: SignsIn, credential: Credential, known: Session | None, send: Send, pause: Callable[[], None]
    ) -> Session:
        """A new session: what the last one left may renew it; where that is refused, the credential alone decides."""
        if known is not None:
            renewing = {**credential, **known.fields}
            try:
                return door.signed_in(send(door.sign_in(renewing)), renewing)
            except Refused:
                pause()
        return door.signed_in(send(door.sign_in(credential)), credential)
