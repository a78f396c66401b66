"""Secrets on a laptop and in Parameter Store: a record comes back as it was put, and errors hold no value."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from earshot.adapters.aws.secrets import ParameterSecrets
from earshot.adapters.secret_files import SecretFiles
from earshot.domain.errors import StoreError
from stubs import Stubbed

NAME = "/earshot/acme/credentials/main/tube"


@pytest.fixture
def ssm() -> Iterator[Stubbed]:
    stubbed = Stubbed("ssm")
    yield stubbed
    stubbed.assert_all_was_asked()


def test_a_file_is_for_its_owner_only_and_holds_what_was_put(tmp_path: Path) -> None:
    secrets = SecretFiles(tmp_path / "credentials")
    assert secrets.get("main/tube") is None

    secrets.put("main/tube", {"key": "hush", "long": "a\nb"})
    secrets.put("main/tube", {"key": "hush"})

    (file,) = (tmp_path / "credentials").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert secrets.get("main/tube") == {"key": "hush"}
    assert secrets.delete("main/tube")
    assert not secrets.delete("main/tube")


def test_a_broken_file_is_named_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "main~tube.json").write_text("hush{")
    (tmp_path / "main~list.json").write_text('["hush"]')
    (tmp_path / "main~folder.json").mkdir()
    secrets = SecretFiles(tmp_path)

    with pytest.raises(StoreError, match="main/tube cannot be read") as told:
        secrets.get("main/tube")
    assert "hush" not in str(told.value)
    assert secrets.get("main/list") is None
    with pytest.raises(StoreError, match="main/folder cannot be removed"):
        secrets.delete("main/folder")
    with pytest.raises(StoreError, match="main/folder cannot be written"):
        secrets.put("main/folder", {})


def test_a_parameter_is_encrypted_and_comes_back(ssm: Stubbed) -> None:
    secrets = ParameterSecrets(ssm.client, "/earshot/acme/credentials/")
    written = {"Name": NAME, "Value": '{"key":"hush"}', "Type": "SecureString", "Overwrite": True}
    ssm.answers("put_parameter", {}, {**written, "Tier": "Intelligent-Tiering"})
    ssm.answers(
        "get_parameter",
        {"Parameter": {"Value": json.dumps({"key": "hush"})}},
        {"Name": NAME, "WithDecryption": True},
    )
    ssm.answers("delete_parameter", {}, {"Name": NAME})

    secrets.put("main/tube", {"key": "hush"})
    assert secrets.get("main/tube") == {"key": "hush"}
    assert secrets.delete("main/tube")


def test_a_missing_parameter_is_none(ssm: Stubbed) -> None:
    ssm.refuses("get_parameter", "ParameterNotFound")
    ssm.refuses("delete_parameter", "ParameterNotFound")
    secrets = ParameterSecrets(ssm.client, "/earshot/acme/credentials")

    assert secrets.get("main/tube") is None
    assert not secrets.delete("main/tube")


@pytest.mark.parametrize("operation", ["get_parameter", "put_parameter", "delete_parameter"])
def test_a_refusal_of_the_service_is_named_without_the_value(ssm: Stubbed, operation: str) -> None:
    ssm.refuses(operation, "ThrottlingException")
    secrets = ParameterSecrets(ssm.client, "/earshot/acme/credentials")
    calls = {
        "get_parameter": lambda: secrets.get("main/tube"),
        "put_parameter": lambda: secrets.put("main/tube", {"key": "hush"}),
        "delete_parameter": lambda: secrets.delete("main/tube"),
    }

    with pytest.raises(StoreError, match="main/tube cannot be used now") as told:
        calls[operation]()
    assert "hush" not in str(told.value)
