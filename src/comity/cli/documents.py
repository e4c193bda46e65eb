"""The JSON documents that commands print, one model a verb; their schemas stand in the docs.

A number that is not known is null. Shares and chances run from 0 to 1; relations are logits of the
expected share of cooperative acts, larger is warmer; months are written YYYY-MM.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from comity.cli.claims_document import ClaimsDocument
from comity.cli.document import Document, Number, ProblemPart
from comity.cli.explain_parts import ExplainDocument


class CasePart(Document):
    """A bundled case."""

    name: str
    title: str
    as_of: str
    states: list[str]
    scenarios: list[str]


class CasesDocument(Document):
    """`comity cases`: the bundled cases."""

    schema_name: Literal["comity.cases/1"] = Field(default="comity.cases/1", alias="schema")
    cases: list[CasePart]


class NewDocument(Document):
    """`comity new`: what was written."""

    schema_name: Literal["comity.new/1"] = Field(default="comity.new/1", alias="schema")
    path: str
    files: list[str]


class CheckDocument(Document):
    """`comity check`: every problem of a case."""

    schema_name: Literal["comity.check/1"] = Field(default="comity.check/1", alias="schema")
    case: str
    is_valid: bool
    problems: list[ProblemPart]


class ReasonPart(Document):
    """Why rows were set aside, and the line of the first."""

    reason: str
    n_rows: int
    first_line: int


class ImportedFilePart(Document):
    """One file, or one member of a zip archive, as the store holds it."""

    name: str
    layout: str
    state: str
    n_rows: int
    n_new: int
    n_good: int
    n_set_aside: int
    n_duplicates: int
    reasons: list[ReasonPart]
    note: str
    sha256: str


class ImportDocument(Document):
    """`comity import`: what became of every row."""

    schema_name: Literal["comity.import/1"] = Field(default="comity.import/1", alias="schema")
    store: str
    source: str
    files: list[ImportedFilePart]
    receipt: dict[str, Any]


class ScorePart(Document):
    """One-step log score beside a baseline, in nats per pair and month."""

    baseline: str
    n_cells: int
    difference: Number
    difference_low: Number
    difference_high: Number


class QuarrelPart(Document):
    """A run of months more likely than not in a flare down; depth in logit, negative."""

    dyad: str
    onset: str
    n_months: int
    deepest: str
    depth: Number
    probability: Number


class TurningPointPart(Document):
    """A run of months more likely than not a turning point, told by its likeliest month."""

    dyad: str
    month: str
    direction: Literal["up", "down"]
    first: str
    last: str
    change: Number
    probability: Number


class ChangesPart(Document):
    """Flares and turning points of one pair: chances by month, and what is more likely than not.

    Chances of turning points are null where a window of months leaves the record.
    """

    flare_down: list[Number]
    flare_up: list[Number]
    turning_down: list[Number]
    turning_up: list[Number]
    level_change: list[Number]
    quarrels: list[QuarrelPart]
    turning_points: list[TurningPointPart]
    caution: str


class RelationPart(Document):
    """The relation of one pair, one value a month."""

    dyad: str
    words: str
    share: list[Number]
    share_low: list[Number]
    share_high: list[Number]
    relation: list[Number]
    sd: list[Number]
    level: list[Number]
    level_sd: list[Number]
    filtered_relation: list[Number]
    filtered_sd: list[Number]
    percentile: list[Number]
    acts: list[int]
    changes: ChangesPart
    changes_on_grid: ChangesPart | None


class WorldPart(Document):
    """Places of pairs among all pairs of the event store's states with acts in the month.

    From the store's own reading, of acts up to each month: levels of different sources are not
    comparable. 0 coldest, 100 warmest; low and high are the places of the ends of the 80% interval.
    """

    sources: list[str]
    n_states: int
    n_left_out: int
    n_fitted_pairs: int
    n_pairs: list[int]
    place: dict[str, list[Number]]
    place_low: dict[str, list[Number]]
    place_high: dict[str, list[Number]]


class MeasureDocument(Document):
    """`comity measure`: relations and their changes month by month; low and high hold 80%."""

    schema_name: Literal["comity.measure/2"] = Field(default="comity.measure/2", alias="schema")
    case: str
    as_of: str
    reference_source: str
    months: list[str]
    relations: list[RelationPart]
    hyperparameters: dict[str, list[Number]]
    thresholds: dict[str, float]
    usual: dict[str, Number]
    stored_sources: list[str]
    world: WorldPart | None
    scores: list[ScorePart]
    notes: list[str]
    receipt: dict[str, Any]


class OutcomePart(Document):
    """The chance of one outcome; low and high hold 80% over the judged numbers."""

    id: str
    words: str
    probability: Number
    monte_carlo_se: Number
    low: Number
    high: Number
    ignorance_share: Number


class FanPart(Document):
    """The relation of one pair over the futures: one list a quantile."""

    dyad: str
    words: str
    quantile_levels: list[float]
    relation: list[list[Number]]
    dispute_open: list[Number]


class SimulateDocument(Document):
    """`comity simulate`: chances of outcomes and fans of relations."""

    schema_name: Literal["comity.simulate/1"] = Field(default="comity.simulate/1", alias="schema")
    case: str
    scenario: str
    title: str
    is_null: bool
    n_members: int
    n_draws: int
    n_out_of_range: int
    months: list[str]
    outcomes: list[OutcomePart]
    relations: list[FanPart]
    receipt: dict[str, Any]


class PlanDocument(Document):
    """`comity simulate --dry-run`: what would be held, and when."""

    schema_name: Literal["comity.plan/1"] = Field(default="comity.plan/1", alias="schema")
    case: str
    scenario: str
    title: str
    months: list[str]
    held: list[str]


class PlansDocument(Document):
    """`comity compare --dry-run`: the plans of the scenario and of what it is compared with."""

    schema_name: Literal["comity.plans/1"] = Field(default="comity.plans/1", alias="schema")
    plans: list[PlanDocument]


class DifferencePart(Document):
    """The difference in the chance of one outcome, first scenario minus second."""

    id: str
    words: str
    probability: Number
    against_probability: Number
    difference: Number
    monte_carlo_se: Number
    low: Number
    high: Number
    ignorance_share: Number
    variance_reduction: Number


class GapPart(Document):
    """The mean difference in the relation of one pair, one value a month, in logit."""

    dyad: str
    words: str
    difference: list[Number]
    low: list[Number]
    high: list[Number]
    monte_carlo_se: list[Number]
    spread: list[Number]


class CompareDocument(Document):
    """`comity compare`: paired differences on the same random numbers."""

    schema_name: Literal["comity.compare/1"] = Field(default="comity.compare/1", alias="schema")
    case: str
    scenario: str
    against: str
    title: str
    n_members: int
    n_draws: int
    months: list[str]
    outcomes: list[DifferencePart]
    relations: list[GapPart]
    receipt: dict[str, Any]


class ReportDocument(Document):
    """`comity report` and `comity demo`: the file that was written."""

    schema_name: Literal["comity.report/1"] = Field(default="comity.report/1", alias="schema")
    case: str
    path: str
    n_bytes: int
    receipt: dict[str, Any]


class ReferencePart(Document):
    """One work, data set or rule source."""

    kind: str
    citation: str


class CiteDocument(Document):
    """`comity cite`: what the figures of a case stand on."""

    schema_name: Literal["comity.cite/1"] = Field(default="comity.cite/1", alias="schema")
    case: str
    references: list[ReferencePart]
    record_rows: int
    record_addresses: int


class DoctorDocument(Document):
    """`comity doctor`: what is installed and working."""

    schema_name: Literal["comity.doctor/1"] = Field(default="comity.doctor/1", alias="schema")
    version: str
    platform: dict[str, str]
    cores: int
    cache_folder: str
    cached_steps: int
    cached_bytes: int
    kernel_cache_folder: str
    cleared_steps: int | None
    checks: dict[str, str]


class ErrorDocument(Document):
    """Any command with `--json` that fails: on standard error, standard output stays empty."""

    schema_name: Literal["comity.error/1"] = Field(default="comity.error/1", alias="schema")
    exit_code: int
    message: str
    problems: list[ProblemPart]


DOCUMENTS: dict[str, type[Document]] = {
    "cases": CasesDocument,
    "check": CheckDocument,
    "cite": CiteDocument,
    "claims": ClaimsDocument,
    "compare": CompareDocument,
    "doctor": DoctorDocument,
    "error": ErrorDocument,
    "explain": ExplainDocument,
    "import": ImportDocument,
    "measure": MeasureDocument,
    "new": NewDocument,
    "plan": PlanDocument,
    "plans": PlansDocument,
    "report": ReportDocument,
    "simulate": SimulateDocument,
}
"""Every document by the name of its schema."""
