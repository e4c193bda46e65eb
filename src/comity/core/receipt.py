"""The receipt of a run: everything that must be equal for the answer to be equal."""

from __future__ import annotations

import hashlib
import json
import platform as machine
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from pydantic import BaseModel

from comity.core.case import Case
from comity.core.settings import Settings

TABLES = (
    "governments", "events", "event_classes", "agreements", "statuses", "disputes", "demands",
    "parameters", "scenarios", "claims", "questions",
)  # fmt: skip
PACKAGES = ("numpy", "numba", "scipy", "pydantic")


@dataclass(frozen=True)
class Receipt:
    """What a run read, with which version, settings and seed, on which platform.

    Two runs with equal receipts give equal bytes. There is no clock in it: ``written`` stays empty
    unless the caller passes a time.
    """

    version: str
    case_id: str
    case_title: str
    case_hash: str
    as_of: str
    seed: int
    settings: dict[str, Any]
    data_hashes: dict[str, str]
    platform: dict[str, str]
    counts: dict[str, int]
    written: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the receipt as it appears in JSON output."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def as_json(self) -> str:
        """Return the receipt as text, keys sorted, so that equal receipts are equal bytes."""
        return json.dumps(self.as_dict(), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def write_receipt(
    case: Case,
    settings: Settings,
    *,
    counts: dict[str, int] | None = None,
    platform: dict[str, str] | None = None,
    written: str = "",
) -> Receipt:
    """Return the receipt of a run on a case.

    Parameters
    ----------
    counts
        What the run counted, such as acts read, rows set aside or futures out of range; the sizes
        of the case's tables are always added.
    platform
        Names and versions of what the bytes depend on; this machine's when absent.
    written
        A time, when the caller wants one in the receipt.
    """
    tables = {name: getattr(case, name) for name in TABLES}
    sizes = {name: len(rows) for name, rows in tables.items()}
    return Receipt(
        version=package_version(),
        case_id=case.id,
        case_title=case.title,
        case_hash=case_hash(case),
        as_of=case.as_of.isoformat(),
        seed=settings.seed,
        settings=settings.model_dump(exclude={"use_cache", "n_threads"}),
        data_hashes={name: hash_of(rows) for name, rows in tables.items()},
        platform=this_platform() if platform is None else platform,
        counts=dict(sorted((sizes | (counts or {})).items())),
        written=written,
    )


def case_hash(case: Case) -> str:
    """Return the hash of everything in a case, as it was understood, not as it was written."""
    return hash_of(case.model_dump(mode="json", exclude={"content_hash"}))


def hash_of(value: Any) -> str:
    """Return a short stable hash of plain data, models, arrays and nestings of them."""
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()[:32]


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        digest.update(f"array {value.dtype.str} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, BaseModel):
        digest.update(f"model {type(value).__name__} {value.model_dump_json()}".encode())
    elif isinstance(value, dict):
        digest.update(f"dict {len(value)}".encode())
        for key in sorted(value, key=str):
            _feed(digest, str(key))
            _feed(digest, value[key])
    elif isinstance(value, list | tuple):
        digest.update(f"list {len(value)}".encode())
        for item in value:
            _feed(digest, item)
    else:
        text = json.dumps(value, default=str)
        digest.update(f"{type(value).__name__} {len(text)} {text}".encode())


def package_version() -> str:
    """Return comity's version; ``0+unknown`` when it runs from a folder that is not installed."""
    try:
        return version("comity")
    except PackageNotFoundError:
        return "0+unknown"


def this_platform() -> dict[str, str]:
    """Return the system, the machine and the versions that the bytes of an answer depend on."""
    found = {
        "system": machine.system(),
        "machine": machine.machine(),
        "python": machine.python_version(),
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found
