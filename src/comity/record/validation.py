"""What pydantic finds wrong, said as problems with a place and a nearest match."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from comity.core.errors import Problem, nearest_match
from comity.record.located import Located, Path, key_words, quoted

Model = TypeVar("Model", bound=BaseModel)

_WORDS = re.compile(r"'([^']*)'")
_BOUNDS = {
    "less_than_equal": "at most",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "greater_than": "greater than",
    "string_pattern_mismatch": "a word of the form",
}
_KINDS = {
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
    "model_type": "a table",
}


def validate(
    model: type[Model],
    raw: object,
    file: str,
    row: int,
    *,
    path: Path = (),
    lines: Mapping[Path, int] | None = None,
    not_missing: frozenset[str] = frozenset(),
) -> tuple[Located[Model] | None, list[Problem]]:
    """Return the checked value with its place, or None and every problem that it has.

    ``not_missing`` names columns whose absence was already reported for the whole file.
    """
    place: Located[Any] = Located(raw, file, row, path, lines or {})
    try:
        value = model.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False)
    except RecursionError:
        return None, [place.problem((), "must not be nested this deep", "a deep nesting")]
    else:
        return Located(value, file, row, path, lines or {}), []
    meant = {
        (*detail["loc"][:-1], _meant(model, detail["loc"]))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    problems: dict[Problem, None] = {}
    for detail in details:
        missing = detail["type"] == "missing"
        # A key that is only misspelt is not missing as well.
        if not missing or not (detail["loc"][-1] in not_missing or detail["loc"] in meant):
            problems[_problem(model, place, detail)] = None
    return None, list(problems)


def _meant(model: type[BaseModel], keys: Path) -> str:
    hint = nearest_match(str(keys[-1]), known_keys(model, keys[:-1]))
    return hint.removeprefix('Nearest: "').removesuffix('".')


def _problem(model: type[BaseModel], place: Located[Any], detail: ErrorDetails) -> Problem:
    keys = tuple(detail["loc"])
    must, fix = _words(model, keys, detail)
    found = "no such key" if detail["type"] == "missing" else quoted(detail["input"])
    if detail["type"] == "extra_forbidden":
        found = quoted(str(keys[-1]))
    elif detail["type"] == "value_error":
        # A validator's message may say what it found; said twice it would not read as a sentence.
        must, _, said = must.partition("; found ")
        found = said or (found if keys else "the row as it stands")
    whole = place.path + keys
    return Problem(place.file, place.row_of(*keys), key_words(whole), must, found, fix)


def _words(model: type[BaseModel], keys: Path, detail: ErrorDetails) -> tuple[str, str]:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return "must be a known key", nearest_match(str(keys[-1]), known_keys(model, keys[:-1]))
    if kind == "missing":
        return f'needs "{keys[-1]}"', "Add it."
    if kind == "literal_error":
        allowed = _WORDS.findall(str(context.get("expected", "")))
        hint = nearest_match(str(detail["input"]), allowed) or f"Allowed: {', '.join(allowed)}."
        return "must be one of the allowed words", hint
    if kind.startswith("date"):
        return "must be a calendar day", "Write it as YYYY-MM-DD."
    if kind.startswith("bool"):
        return "must be 0 or 1", ""
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ").rstrip("."), ""
    if kind == "too_short" or (kind == "string_too_short"):
        return "must not be empty", "Fill it in."
    if kind in _BOUNDS:
        return f"must be {_BOUNDS[kind]} {next(iter(context.values()), '')}", ""
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}", ""
    return detail["msg"][:1].lower() + detail["msg"][1:], ""


def known_keys(model: type[BaseModel], keys: Path) -> list[str]:
    """Return the keys of the model that a path of keys leads to."""
    here: Any = model
    for key in keys:
        if isinstance(key, str):
            fields = getattr(here, "model_fields", {})
            here = _model_in(fields[key].annotation) if key in fields else here
    # A field that is called otherwise in files, as `while` must be, says so for its output.
    fields = getattr(here, "model_fields", {})
    return [field.serialization_alias or name for name, field in fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType, tuple, list):
        for part in get_args(annotation):
            found = _model_in(part)
            if found is not None:
                return found
    return None
