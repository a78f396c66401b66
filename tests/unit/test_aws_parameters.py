"""The deployment's secret is read by name, made once, and what is wrong with it is said."""

from collections.abc import Iterator
from typing import Any

import pytest

from earshot.adapters.aws.parameters import Parameters
from earshot.domain.errors import Invalid, StoreError
from stubs import Stubbed

NAME = "/earshot/secret"
READ = {"Name": NAME, "WithDecryption": True}
WRITTEN = {"Name": NAME, "Value": "fresh", "Type": "SecureString", "Overwrite": False}


@pytest.fixture
def ssm() -> Iterator[Stubbed]:
    stubbed = Stubbed("ssm")
    yield stubbed
    stubbed.assert_all_was_asked()


@pytest.fixture
def parameters(ssm: Stubbed) -> Parameters:
    return Parameters(ssm.client)


def found(value: str) -> dict[str, Any]:
    return {"Parameter": {"Name": NAME, "Value": value}}


def test_a_secret_is_read_decrypted(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.answers("get_parameter", found("hidden"), READ)

    assert parameters.secret(NAME) == b"hidden"


def test_a_missing_secret_names_the_parameter_and_the_remedy(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "ParameterNotFound")

    with pytest.raises(Invalid, match=r"/earshot/secret: .*run earshot setup"):
        parameters.secret(NAME)


def test_a_role_that_may_not_read_is_told_what_to_give_it(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "AccessDeniedException")

    with pytest.raises(Invalid, match=r"/earshot/secret: .*ssm:GetParameter"):
        parameters.secret(NAME)


def test_a_store_that_is_busy_is_asked_again_later(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "ThrottlingException")

    with pytest.raises(StoreError, match="ThrottlingException"):
        parameters.secret(NAME)


def test_a_secret_that_is_there_is_kept(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.answers("get_parameter", found("old"), READ)

    assert parameters.secret_or_new(NAME, "fresh") == b"old"


def test_a_secret_that_is_not_there_is_made(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "ParameterNotFound")
    ssm.answers("put_parameter", {"Version": 1}, WRITTEN)

    assert parameters.secret_or_new(NAME, "fresh") == b"fresh"


def test_of_two_who_make_the_secret_at_once_both_get_the_first_one(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "ParameterNotFound")
    ssm.refuses("put_parameter", "ParameterAlreadyExists")
    ssm.answers("get_parameter", found("the other's"), READ)

    assert parameters.secret_or_new(NAME, "fresh") == b"the other's"


def test_a_role_that_may_not_write_is_told_what_to_give_it(parameters: Parameters, ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "ParameterNotFound")
    ssm.refuses("put_parameter", "AccessDeniedException")

    with pytest.raises(Invalid, match="ssm:PutParameter"):
        parameters.secret_or_new(NAME, "fresh")
