"""Names of judged numbers: all that a rule reads, nothing else, each of an entity that exists."""

import pytest
from tests.oracle.simulate.small_world import BASELINE, small_case, small_history

from comity.core.case import Case
from comity.core.parameter_names import MEANT, PARAMETERS, WORDS, known_parameters, parameter_faults
from comity.core.things import Things
from comity.record import driver_history, load_case
from comity.simulate import merged_parameters
from comity.simulate.layout import build_layout
from comity.simulate.parameters import default_parameters
from comity.simulate.registry import RULES
from comity.simulate.scenario import things_of

BUNDLED = load_case("japan-korea-us")
THINGS = things_of(BUNDLED)


def names_read(case: Case, history) -> set[str]:
    """Every name that a rule looks for in a case."""
    layout = build_layout(case, BASELINE, history, n_months=12)
    reads = (read for rule in RULES for rows in rule.module.parameters(layout).values()
             for read in rows)  # fmt: skip
    return {name for read in reads for name in read.names if not name.startswith("start.")}


@pytest.mark.parametrize(
    ("case", "history"),
    [(BUNDLED, driver_history(BUNDLED)), (small_case(), small_history(small_case()))],
)
def test_every_name_that_a_rule_reads_is_known(case, history):
    unknown = {
        name: str(faults[0])
        for name in names_read(case, history) | set(merged_parameters(case))
        if (faults := parameter_faults(name, things_of(case)))
    }
    # What no rule reads may not be given: pressure on the hub or a rival is always the default.
    spokes = set(case.with_role("spoke"))
    assert {
        name.split(".")[1] for name in unknown if name.startswith("pressure.")
    } & spokes == set()
    assert {name for name in unknown if not name.startswith("pressure.")} == set()


def test_every_known_name_is_read_by_a_rule():
    offices = {entry.office for entry in BUNDLED.states}
    elsewhere = {
        f"turnover.{number}.{office}"
        for number in ("exit_hazard", "support_share", "party_loses")
        for office in WORDS["office"]
        if office not in offices
    }
    known = set(known_parameters(THINGS))
    assert len(known) > 300
    assert known - names_read(BUNDLED, driver_history(BUNDLED)) == elsewhere


def test_every_default_is_known_without_any_case():
    nothing = Things(dict.fromkeys(
        ("state", "hub", "spoke", "proliferator", "demand", "docket", "dyad"), ()
    ), {})  # fmt: skip
    assert not [name for name in default_parameters() if parameter_faults(name, nothing)]


def test_every_entity_of_the_table_is_explained():
    parts = {part for family in PARAMETERS.values() for leaf in family for part in leaf.split(".")}
    kinds = {kind for part in parts if part[0] == "<" for kind in part[1:-1].split("|")}
    assert kinds == set(MEANT)


FAMILY = "must be a known name in the family"
WRONG = {
    "mediator.postur_effect": (f'{FAMILY} "mediator"', "mediator.posture_effect"),
    "mediatr.posture_effect": ("must begin with a known family of parameters", "mediator"),
    "commitment.memry": ("must name what exists: a coalition of the hub", "commitment.memory"),
    "commitment.KOR.republicn": ("a coalition of the hub", "commitment.KOR.republican"),
    "commitment.CHN.republican": ("a spoke in case.toml", ".republican"),
    "mediator.stake.USA": ("a spoke in case.toml", "mediator.stake.KOR"),
    "track.start_stage.PRC": ("a proliferator in case.toml", "track.start_stage.PRK"),
    "track.rate.0-2": ("a move between two stages of talks", "track.rate."),
    "public_good.benefit.CHN": ("a spoke in case.toml", "public_good.benefit."),
    "public_good.benefits.JPN": (f'{FAMILY} "public_good"', "public_good.benefit.JPN"),
    "mediation.JPN-KOR": ("not both spokes", "mediation."),
    "density.KOR-JPN": ("sorted and joined by a hyphen", "density.JPN-KOR"),
    "summit.rate.CHN-PRK": ("a pair of hub and spokes", "summit.rate."),
    "relation.beta.mediations": ("a driver of relations", "relation.beta.mediation"),
    "coalitions.JPN.lpd.hub": ("a coalition of that state", "coalitions.JPN.ldp.hub"),
    "demands.tarifs.hub_stake": ("a demand in demands.toml", "demands.tariffs.hub_stake"),
    "dispute.season.13": ("a month of the year", "dispute.season."),
    "turnover.exit_hazard.general": ("a state in case.toml or a kind of office", "turnover."),
    "posture.ldp": ("a coalition of the hub", "posture."),
    "relation": (f'{FAMILY} "relation"', ""),
    "dispute.rate.senkaku-diaoyu.x": (f'{FAMILY} "dispute"', "dispute.rate.senkaku-diaoyu"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_name_is_refused_with_the_nearest(name):
    must, nearest = WRONG[name]
    (fault,) = parameter_faults(name, THINGS)
    assert must in fault.must
    assert fault.found == name
    assert nearest in fault.fix


def test_what_a_fault_elsewhere_hides_is_not_called_wrong():
    unknown = Things({}, None)
    for name in ("mediator.stake.XXX", "commitment.XXX.y", "coalitions.XXX.y.hub", "posture.y",
                 "density.XXX-YYY", "dispute.rate.y", "track.start_stage.XXX"):  # fmt: skip
        assert parameter_faults(name, unknown) == []
    assert parameter_faults("mediator.postur_effect", unknown)
    assert parameter_faults("relation.beta.mediations", unknown)
