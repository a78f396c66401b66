"""Signing in: a credential is exchanged for a session, which all processes use until it ends."""

from collections.abc import Callable
from dataclasses import replace

from earshot.domain.credential import Credential, Session, mark_of
from earshot.domain.errors import Locked, Refused
from earshot.domain.place import Place
from earshot.domain.source import Source
from earshot.ports.connector import SignsIn
from earshot.ports.http import Request, Response
from earshot.services.credentials import Credentials, missing_of

Send = Callable[[Request], Response]


class SignIns:
    """Gets sessions and keeps them; two threads of a process never sign in at once with the same credential."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def session(
        self, source: Source, place: Place, door: SignsIn, send: Send, pause: Callable[[], None]
    ) -> tuple[Session, bool]:
        """A session that is not over, and whether it is new; then `pause` was called after its request.

        Raises:
            FetchError: the place does not grant one, or the credential is not there any more.
            StoreError: it cannot be read or kept now.
        """
        owner, kind = source.owner, source.kind
        with self._credentials.signing_in(owner, kind):
            known = self._credentials.session(owner, kind)
            if known is not None and self._is_good(known, self._credentials.of(owner, kind)):
                return known, False
            # Another process may have changed the credential, or have signed in with it, in the meantime.
            credential = self._credentials.fresh(owner, kind)
            if not credential or missing_of(place, credential):
                raise Locked(kind, missing_of(place, credential) or place.takes)
            known = self._credentials.fresh_session(owner, kind)
            if known is not None and self._is_good(known, credential):
                return known, False
            last = known if known is not None and known.granted_for == mark_of(credential) else None
            granted = self._granted(door, credential, last, send, pause)
            fresh = replace(granted, granted_for=mark_of(credential))
            self._credentials.keep_session(owner, kind, fresh)
        pause()
        return fresh, True

    def forget(self, source: Source, session: Session) -> None:
        """Drops a session, so that the next one is asked for with the credential alone; a newer one stays."""
        with self._credentials.signing_in(source.owner, source.kind):
            if self._credentials.fresh_session(source.owner, source.kind) == session:
                self._credentials.forget_session(source.owner, source.kind)

    def _is_good(self, session: Session, credential: Credential) -> bool:
        return session.granted_for == mark_of(credential) and not self._credentials.is_over(session)

    def _granted(
        self, door: SignsIn, credential: Credential, last: Session | None, send: Send, pause: Callable[[], None]
    ) -> Session:
        """A new session: what the last one left may renew it; where that is refused, the credential alone decides."""
        if last is not None:
            renewing = {**credential, **last.fields}
            try:
                return door.signed_in(send(door.sign_in(renewing)), renewing)
            except Refused:
                pause()
        return door.signed_in(send(door.sign_in(credential)), credential)
