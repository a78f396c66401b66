"""Access: keys for programs, sign-in links and sessions for people; secrets are stored as hashes only."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from earshot.domain.errors import Denied, Invalid, NotFound
from earshot.domain.ids import make_id
from earshot.domain.tenant import ApiKey, Scope
from earshot.ports.clock import Clock
from earshot.ports.table import Table
from earshot.services.inputs import valid_name
from earshot.store import keys
from earshot.store.company import Company
from earshot.store.deliveries import secret_hash
from earshot.store.sessions import Session, Sessions

KEY_PREFIX = "ear_"
SIGN_IN_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what."""

    table: Table
    clock: Clock
    secret: bytes
    operator: ApiKey | None = None
    """A key that is stored nowhere and ends with this process: for an operator who holds the table itself."""

    def create_key(self, tenant: str, name: str, scope: str) -> tuple[ApiKey, str]:
        """A new key and its secret, which is shown this once.

        Raises:
            Invalid: the name or the scope cannot be used.
        """
        if scope not in list(Scope):
            raise Invalid("scope", f"must be one of {', '.join(Scope)}")
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        return self.adopt_key(tenant, name, Scope(scope), secret), secret

    def adopt_key(self, tenant: str, name: str, scope: Scope, secret: str) -> ApiKey:
        """The key of a secret that was made elsewhere, stored if it is new."""
        sha256 = secret_hash(secret)
        key = ApiKey(
            id=make_id("k", sha256),
            tenant=tenant,
            name=valid_name(name),
            scope=scope,
            secret_sha256=sha256,
            created_at=self.clock.now(),
        )
        Company(self.table).add_key(key)
        return key

    def keys(self, tenant: str) -> tuple[ApiKey, ...]:
        """All keys, oldest first, revoked ones too."""
        return tuple(sorted(Company(self.table).keys_of(tenant), key=lambda key: key.created_at))

    def revoke_key(self, tenant: str, id_: str) -> None:
        """Ends a key at once.

        Raises:
            NotFound: this tenant has no such key.
        """
        company = Company(self.table)
        key = company.keys.at(keys.of_tenant(tenant, "key", id_))
        if key is None:
            raise NotFound("key", id_)
        company.revoke_key(replace(key, revoked_at=key.revoked_at or self.clock.now()))

    def by_key(self, secret: str) -> ApiKey:
        """The key that a program showed.

        Raises:
            Denied: it is not a key, or not one any more (401).
        """
        known = secret.startswith(KEY_PREFIX) and len(secret) <= 200
        if known and self.operator and hmac.compare_digest(self.operator.secret_sha256, secret_hash(secret)):
            return self.operator
        key = Company(self.table).key_by_secret(secret_hash(secret)) if known else None
        if key is None or key.revoked_at is not None:
            raise Denied("this key is not valid; create one with `earshot key create`")
        return key

    def sign_in_link(self, tenant: str, member: str) -> str:
        """The secret of a link that signs `member` in once, within a day."""
        return self._remember("sign-in", tenant, member, SIGN_IN_LIFE)

    def redeem(self, secret: str) -> str:
        """The secret of a new session, for the secret of a sign-in link, which is used up by this.

        Raises:
            Denied: the link is unknown, used or too old (410).
        """
        sessions = Sessions(self.table)
        link = sessions.get(secret_hash(secret)) if len(secret) <= 200 else None
        usable = link is not None and link.purpose == "sign-in" and link.expires_at > self.clock.now()
        if link is None or not usable or not sessions.remove(link):
            raise Denied("this sign-in link was used or is too old; ask for a new one", 410)
        return self._remember("session", link.tenant, link.member, SESSION_LIFE)

    def by_session(self, secret: str) -> Session:
        """The session that a browser showed.

        Raises:
            Denied: there is none (401).
        """
        session = Sessions(self.table).get(secret_hash(secret)) if secret and len(secret) <= 200 else None
        if session is None or session.purpose != "session" or session.expires_at <= self.clock.now():
            raise Denied("please sign in")
        return session

    def sign_out(self, secret: str) -> None:
        """Ends a session."""
        Sessions(self.table).remove(self.by_session(secret))

    def form_token(self, session: Session) -> str:
        """What a form must carry so that no other site can send it."""
        return hmac.new(self.secret, b"form:" + session.sha256.encode(), hashlib.sha256).hexdigest()[:32]

    def check_form(self, session: Session, token: str) -> None:
        """Accepts a form of ours.

        Raises:
            Denied: it does not carry this session's token (403).
        """
        if not hmac.compare_digest(self.form_token(session).encode(), token.encode("utf-8", "replace")):
            raise Denied("this form is too old; load the page again", 403)

    def _remember(self, purpose: str, tenant: str, member: str, life: timedelta) -> str:
        secret = secrets.token_urlsafe(32)
        session = Session(
            sha256=secret_hash(secret),
            purpose=purpose,
            tenant=tenant,
            member=member,
            expires_at=self.clock.now() + life,
        )
        Sessions(self.table).add(session)
        return secret
