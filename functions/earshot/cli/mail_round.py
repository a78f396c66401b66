"""The mails of one tick: what lies in the folder mail-in is taken, held back or dropped, and removed after that."""

import logging
import time
from dataclasses import replace

from earshot.adapters.queues import LocalBus
from earshot.bootstrap.local import Local
from earshot.bootstrap.local_arrivals import arrivals_of, mail_folder, mailing_in_of
from earshot.domain.errors import StoreError
from earshot.domain.mail_room import Arrived
from earshot.services.collecting import Found

log = logging.getLogger(__name__)


def take_mails(local: Local) -> Found:
    """What the mails brought that lay there. One that cannot be stored now is taken up again at the next tick."""
    folder, found = mail_folder(local), Found()
    folder.expire(time.time())
    mailing = None
    for path in folder.waiting():
        if mailing is None:
            # The door for mails is open from the first one on.
            arrivals_of(local, LocalBus(local.queues))().mailboxes.of(local.tenant)
            mailing = mailing_in_of(local)
        try:
            received = mailing.receive(Arrived(raw=folder.raw(path), tenant=local.tenant), correlation_id="mail-in")
        except StoreError as exc:
            log.warning("mail not stored now; it is taken up again", extra={"reason": str(exc)})
            continue
        except Exception:
            log.exception("mail failed; it lies in the folder failed")
            folder.fail(path)
            continue
        folder.done(path)
        found = replace(found, items=found.items + received.found.items, new=found.new + received.found.new)
    return found
