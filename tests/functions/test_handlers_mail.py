"""Mails on AWS: SES puts them into a bucket and tells collect of each; what failed is held back and may be released."""

import json
from typing import Any

import pytest
from lambdas import TENANT, Account, an_event, fetches_of, with_messages
from test_handlers_api import a_request

from arrival_desk import a_mail, checked
from earshot.adapters.aws.mail_bucket import MailBucket, Notice
from earshot.domain.errors import Invalid, StoreError
from earshot.ports.http import MAX_BYTES
from earshot.store.mentions import Mentions
from sending import REGION, a_session

BUCKET = "earshot-mails"
KEY = "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"


def put(account: Account, raw: bytes) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=raw)


def call(account: Account, method: str, path: str) -> Any:
    key = account.access().create_key(TENANT, "a program", "admin")[1]
    return json.loads(account.load("api")(a_request(method, path, key=key))["body"])


def notice(account: Account, **receipt: Any) -> dict[str, Any]:
    """The event of a mail to the tenant's address, with other fields of the receipt."""
    account.put_secret()
    address = call(account, "GET", "/v1/mail")["address"]
    told = json.loads(an_event("sns_mail_received")["Records"][0]["Sns"]["Message"])
    told["receipt"] |= {"recipients": [f"{address}@mail.shop.example"], **receipt}
    return with_messages("sns_mail_received", json.dumps(told))


def stored(account: Account) -> int:
    return Mentions(account.table).count_open(TENANT)


def test_a_mail_that_ses_received_and_found_fine_is_stored(account: Account) -> None:
    put(account, a_mail(above=checked()))
    event = notice(account)
    collect = account.load("collect")

    answers = [collect(event), collect(event)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert stored(account) == 1


def test_a_mail_that_failed_is_held_back_and_released_through_the_queue(account: Account) -> None:
    put(account, a_mail(above=checked(dmarc="fail")))
    account.load("collect")(notice(account, dmarcVerdict={"status": "FAIL"}))
    (held,) = call(account, "GET", "/v1/mail")["held"]
    before = stored(account)

    call(account, "POST", f"/v1/mail/{held['id']}/release")
    account.load("collect")(fetches_of(account.received("fetch.fifo")))

    assert (before, stored(account)) == (0, 1)
    assert call(account, "GET", "/v1/mail")["held"][0]["released_at"]


def test_a_mail_to_nobody_one_that_is_gone_and_what_is_no_notice_end_there(account: Account) -> None:
    put(account, a_mail(above=checked()))
    to_nobody = an_event("sns_mail_received")
    gone = notice(account, action={"bucketName": BUCKET, "objectKey": "gone"})
    collect = account.load("collect")

    for event in (to_nobody, gone, with_messages("sns_mail_received", "{}", "no json", '{"receipt": []}')):
        assert collect(event) == {"batchItemFailures": []}
    assert stored(account) == 0


def test_a_bucket_that_cannot_be_read_has_lambda_call_again(account: Account) -> None:
    event = notice(account, action={"bucketName": "-", "objectKey": "x"})

    with pytest.raises(StoreError, match="tried again"):
        account.load("collect")(event)


def test_no_more_of_a_mail_is_read_than_the_largest_has(account: Account) -> None:
    put(account, b"x" * (MAX_BYTES + 1000))
    bucket = MailBucket(a_session())

    assert len(bucket.read(f"{BUCKET}/{KEY}") or b"") == MAX_BYTES + 1
    assert bucket.keep("h_1", b"", f"{BUCKET}/{KEY}") == f"{BUCKET}/{KEY}"


@pytest.mark.parametrize("text", ["", "7", "{}", "[" * 100_000, '{"receipt": {"action": "x", "recipients": []}}'])
def test_what_is_no_notice_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no notice"):
        Notice(text)


def test_recipients_are_bounded_and_missing_verdicts_vouch_for_nothing() -> None:
    action = {"bucketName": "b", "objectKey": "k"}
    told = {"receipt": {"action": action, "recipients": [*["A@x"] * 50, 7]}}

    found, strange = Notice(json.dumps(told)), Notice(json.dumps({"receipt": {"action": action, "recipients": 7}}))

    assert (found.name, len(found.to), found.to[0], strange.to) == ("b/k", 20, "a", ())
    assert set(found.verdicts) == {"spfVerdict", "dkimVerdict", "dmarcVerdict", "spamVerdict", "virusVerdict"}
