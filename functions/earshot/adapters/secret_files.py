"""Secrets of a local run: one file of mode 600 for each record, in a folder that only its owner may open."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from earshot.domain.errors import StoreError


class SecretFiles:
    """Keeps records as JSON under a folder; a record is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> Mapping[str, str] | None:
        """See `earshot.ports.secrets.Secrets`."""
        try:
            record = json.loads(self._path(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise StoreError(f"the credential {name} cannot be read ({type(exc).__name__}); set it again") from None
        return {str(key): str(value) for key, value in record.items()} if isinstance(record, dict) else None

    def put(self, name: str, record: Mapping[str, str]) -> None:
        """See `earshot.ports.secrets.Secrets`."""
        path = self._path(name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(dict(record), file)
            draft.replace(path)
        except OSError as exc:
            raise StoreError(f"the credential {name} cannot be written: {exc.strerror}") from None

    def delete(self, name: str) -> bool:
        """See `earshot.ports.secrets.Secrets`."""
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            return False
        except OSError as exc:
            raise StoreError(f"the credential {name} cannot be removed: {exc.strerror}") from None
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{name.replace('/', '~')}.json"
