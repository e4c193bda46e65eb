"""Full paths as columns: a row is one future in one month, a column one named quantity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from comity.core.months import month_text
from comity.core.outcomes import Outcome
from comity.core.receipt import package_version
from comity.core.rows import STATUSES
from comity.simulate.block import Plan
from comity.simulate.tables import Tables, entities

if TYPE_CHECKING:
    import pyarrow as pa

WORDS: dict[str, str] = {
    "relation": "relation of a pair in logits of the expected share of cooperative acts",
    "changed": "a new leader took office",
    "support_changed": "a new leader with another source of support took office",
    "coalition": "the coalition in office",
    "status": "status of an agreement",
    "flares": "flares of a dispute in the month",
    "dispute_open": "a dispute between the two is open",
    "mediated": "the hub mediates between the two",
    "summits": "the heads of the two met",
    "trilateral": "the hub met the spokes together",
    "coordination": "the spokes answer a demand of the hub together",
    "stage": "how far talks have come: 0 stalemate, 1 talks, 2 freeze, 3 reduction, 4 complete",
    "alignment_security": "alignment of a spoke in security: 0 with the rival, 1 with the hub",
    "alignment_economy": "alignment of a spoke in trade: 0 with the rival, 1 with the hub",
    "public_good": "how far the public good is supplied, 0 to 1",
    "outcome": "the outcome happens in this future; the same in all its months",
    "out_of_range": "a relation of this future was once held at the edge of its range; likewise",
}
"""What each kind of column says."""
_LABELS = {"paths": "relation"}


class PathColumns:
    """Columns of a run's paths: their names, kinds and words, and a piece of them as a table."""

    def __init__(self, plan: Plan, outcomes: tuple[Outcome, ...], *, null: bool) -> None:
        self._plan = plan
        self._outcomes = outcomes
        self._months = np.array([month_text(int(month)) for month in plan.layout.months])
        self.schema = self._schema(null)

    def table(self, tables: Tables, members: NDArray[np.int64]) -> pa.Table:
        """Return the tables of the members of these numbers as columns."""
        import pyarrow as pa

        n, months = len(members), len(self._months)
        columns: list[Any] = [
            np.repeat(members.astype(np.int32), months),
            np.repeat((members % self._plan.n_draws).astype(np.int32), months),
            _words_of(np.tile(np.arange(months), n), self._months),
        ]
        for name, names in entities(self._plan).items():
            for k, one in enumerate(names):
                values = tables[name][:, k].reshape(-1)  # (member, month), the month running faster
                words = self._vocabulary(name, one)
                columns.append(values if words is None else _words_of(values, words))
        by_member = [*tables["outcomes"].T, tables["out_of_range"]]
        columns += [np.repeat(values, months) for values in by_member]
        return pa.table([pa.array(values) for values in columns], schema=self.schema)

    def _vocabulary(self, name: str, entity: str) -> NDArray[np.str_] | None:
        """Return the words behind the numbers of a table; None where the numbers say it."""
        if name == "status":
            return np.array(STATUSES)
        if name == "coalition":
            return np.array([one for state, one in self._plan.layout.coalitions if state == entity])
        return None

    def _schema(self, null: bool) -> pa.Schema:
        import pyarrow as pa

        words = pa.dictionary(pa.int16(), pa.string())
        kinds = {"relation": pa.float32(), "coalition": words, "status": words,
                 "flares": pa.int8(), "stage": pa.int8()}  # fmt: skip
        kinds |= dict.fromkeys(
            ("alignment_security", "alignment_economy", "public_good"), pa.float32()
        )
        fields = [
            _field("member", pa.int32(), "number of the future, from 0"),
            _field("draw", pa.int32(), "parameter draw in which the future lives"),
            _field("month", words, "YYYY-MM"),
        ]
        for name, names in entities(self._plan).items():
            kind = _LABELS.get(name, name)
            for one in names:
                label = f"{kind}.{one}" if one else kind
                fields.append(_field(label, kinds.get(kind, pa.bool_()), WORDS[kind]))
        for outcome in self._outcomes:
            said = f"{outcome.words}: {WORDS['outcome']}"
            fields.append(_field(f"outcome.{outcome.id}", pa.bool_(), said))
        fields.append(_field("out_of_range", pa.bool_(), WORDS["out_of_range"]))
        about = {
            "scenario": self._plan.scenario.id,
            "title": self._plan.scenario.title,
            "null": null,
            "members": self._plan.settings.n_members,
            "months": self._plan.layout.n_months,
            "draws": self._plan.n_draws,
            "seed": self._plan.settings.seed,
            "version": package_version(),
        }
        return pa.schema(fields, metadata={"comity": json.dumps(about, ensure_ascii=False)})


def _field(name: str, kind: Any, words: str) -> Any:
    import pyarrow as pa

    return pa.field(name, kind, nullable=False, metadata={"words": words})


def _words_of(numbers: NDArray[Any], words: NDArray[np.str_]) -> Any:
    """Return numbered words as an Arrow array that holds each word once."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(numbers.astype(np.int16), pa.array(words))
