"""Results of a step as one file, and back: arrays as NumPy, everything else as JSON.

Nothing is unpickled, so a file put into the cache by someone else can be wrong but cannot run code.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from comity.core.changes import Changes
from comity.core.claims import Claim
from comity.core.effects import (
    DesignEstimate,
    DriverEffect,
    Effects,
    EventBin,
    EventStudy,
    GovernmentRow,
    Placebo,
)
from comity.core.ensemble import Contrast, Ensemble, OutcomeContrast, OutcomeEstimate
from comity.core.history import DriverHistory, EventCounts
from comity.core.matching import Figure, Matching, PriorFigure, PriorPage, Shift, Target
from comity.core.outcomes import Outcome
from comity.core.quarrels import PairQuarrels, Quarrel, QuarrelReading, TurningPoint
from comity.core.relations import PredictiveScore, Relations, RelationStart
from comity.core.sensitivity import Factor, Indices, Screening
from comity.core.states import StateIndex
from comity.core.thresholds import GridAnswers
from comity.core.varied import Held, HeldAnswer, VariedClaim, VariedVerdict
from comity.core.world_place import WorldPlaces

FORMAT = 1
_CLASSES: dict[str, type[Any]] = {
    item.__name__: item
    for item in (
        Changes, Contrast, DesignEstimate, DriverEffect, DriverHistory, Effects, Ensemble,
        EventBin, EventCounts, EventStudy, Factor, Figure, GovernmentRow, GridAnswers, Held,
        HeldAnswer, Indices, Matching, OutcomeContrast, OutcomeEstimate, PairQuarrels, Placebo,
        PredictiveScore, PriorFigure, PriorPage, Quarrel, QuarrelReading, RelationStart, Relations,
        Screening, Shift, Target, TurningPoint, VariedClaim, VariedVerdict, WorldPlaces,
    )
}  # fmt: skip
_MODELS: dict[str, type[BaseModel]] = {item.__name__: item for item in (Claim, Outcome)}
Arrays = dict[str, NDArray[Any]]


class StoredError(Exception):
    """A stored file is not what it should be; the step is computed anew."""


def encode(value: Any, arrays: Arrays) -> Any:
    """Return the JSON form of a result; arrays go to ``arrays`` and leave their name behind."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of objects cannot be stored")
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.generic):
        return encode(value.item(), arrays)
    if isinstance(value, StateIndex):
        return {"states": list(value.codes)}
    if isinstance(value, BaseModel):
        if type(value).__name__ not in _MODELS:
            raise TypeError(f"{type(value).__name__} cannot be stored")
        return {"model": type(value).__name__, "json": value.model_dump_json()}
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        held = {item.name: encode(getattr(value, item.name), arrays) for item in fields(value)}
        return {"class": type(value).__name__, "fields": held}
    if isinstance(value, tuple):
        return {"tuple": [encode(item, arrays) for item in value]}
    if isinstance(value, list):
        return [encode(item, arrays) for item in value]
    if isinstance(value, dict):
        return {"dict": [[str(key), encode(item, arrays)] for key, item in value.items()]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be stored")


def decode(form: Any, arrays: Arrays) -> Any:
    """Return the result that `encode` was given."""
    if isinstance(form, list):
        return [decode(item, arrays) for item in form]
    if not isinstance(form, dict):
        return form
    if "array" in form:
        return arrays[form["array"]]
    if "states" in form:
        return StateIndex(form["states"])
    if "model" in form:
        return _MODELS[form["model"]].model_validate_json(form["json"])
    if "class" in form:
        held = {name: decode(item, arrays) for name, item in form["fields"].items()}
        return _CLASSES[form["class"]](**held)
    if "tuple" in form:
        return tuple(decode(item, arrays) for item in form["tuple"])
    return {key: decode(item, arrays) for key, item in form["dict"]}


def store(path: Path, key: str, value: Any) -> None:
    """Write a result in one step: a reader sees the old file or the whole new one."""
    arrays: Arrays = {}
    form = {"format": FORMAT, "key": key, "value": encode(value, arrays)}
    manifest = np.frombuffer(json.dumps(form).encode(), np.uint8)
    arrays["manifest"] = manifest
    arrays["digest"] = np.frombuffer(_digest(arrays).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=".npz")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def restore(path: Path, key: str) -> Any:
    """Return a stored result.

    Raises
    ------
    StoredError
        No such file, another key, or bytes that are not those that were written.
    """
    try:
        # Opened here, so that a broken archive does not leave the file open.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays: Arrays = {name: file[name] for name in file.files}
        digest = arrays.pop("digest").tobytes().decode()
        if digest != _digest(arrays):
            raise StoredError("the bytes were changed")
        form = json.loads(arrays.pop("manifest").tobytes())
        if form["format"] != FORMAT or form["key"] != key:
            raise StoredError("written for another question")
        return decode(form["value"], arrays)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise StoredError(str(error)) from error


def _digest(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.data if array.size else b"")
    return digest.hexdigest()
