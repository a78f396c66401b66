"""The stack that receives mails: what tools say of it, and what must hold of a bucket of other people's mails."""

from typing import Any

import pytest
from cfnlint.api import lint  # type: ignore[import-untyped]
from cfnlint.config import ManualArgs  # type: ignore[import-untyped]
from template_view import ROOT

from cloud_stack import read
from emulator import REGION

TEMPLATE = ROOT / "infra" / "mail-in.yaml"


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    return read(TEMPLATE)["Resources"]  # type: ignore[no-any-return]


def test_cfn_lint_and_its_serverless_rules_find_nothing() -> None:
    config = ManualArgs(append_rules=["cfn_lint_serverless.rules"], regions=[REGION])

    assert [str(each) for each in lint(TEMPLATE.read_text(encoding="utf-8"), config=config)] == []


def test_mails_are_encrypted_closed_to_the_public_and_gone_after_a_week(resources: dict[str, Any]) -> None:
    bucket = resources["Mails"]["Properties"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    assert [rule["ExpirationInDays"] for rule in bucket["LifecycleConfiguration"]["Rules"]] == [7]


def test_only_this_accounts_rules_of_ses_may_put_mails_and_publish_notices(resources: dict[str, Any]) -> None:
    for name in ("MailsPolicy", "ReceivedPolicy"):
        allowed = [
            each for each in resources[name]["Properties"]["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
        ]
        assert [each["Principal"] for each in allowed] == [{"Service": "ses.amazonaws.com"}]
        assert {"StringEquals", "StringLike"} <= allowed[0]["Condition"].keys()


def test_collect_may_read_mails_and_no_more(resources: dict[str, Any]) -> None:
    statements = resources["WhatCollectReads"]["Properties"]["PolicyDocument"]["Statement"]

    assert [each["Action"] for each in statements] == ["s3:GetObject", "s3:ListBucket", "sqs:SendMessage"]
    assert all(each["Resource"] != "*" for each in statements)


def test_a_mail_that_fails_ends_where_somebody_can_look(resources: dict[str, Any]) -> None:
    tries = resources["TwoMoreTries"]["Properties"]

    assert tries["DestinationConfig"]["OnFailure"]
    assert resources["ToCollect"]["Properties"]["RedrivePolicy"]
    assert resources["MayCall"]["Properties"]["SourceArn"]
