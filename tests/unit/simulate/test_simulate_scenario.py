"""Scenarios: what is held or moved, composed, refused and said."""

import math

import numpy as np
import pytest
from pydantic import ValidationError
from tests.oracle.simulate.small_world import (
    BASELINE,
    judged,
    small_case,
    small_history,
    small_start,
)

from comity.core.case import Demand
from comity.core.errors import ConfigError, ParameterError
from comity.core.rows import STATUSES, Agreement
from comity.core.scenarios import Clamp, NewAgreement, Scenario
from comity.core.settings import Settings
from comity.core.streams import stream_number
from comity.simulate import (
    compose_scenarios,
    scenario_in_words,
    scenario_problems,
    simulate_scenario,
)
from comity.simulate.compose import find_scenario
from comity.simulate.scenario import ASKABLE, CHANGES, Levers, lever_arrays, prospect_agreements

NUMBER = judged(0.5)
DEMANDS = tuple(
    Demand(
        id=name, name=name, hub_stake=NUMBER, spoke_stake=NUMBER, substitutability=NUMBER,
        constraint=NUMBER,
    )
    for name in ("bases", "tariffs")
)  # fmt: skip
CASE = small_case(scenarios=(BASELINE,), demands=DEMANDS)
INDEX = CASE.index
COALITIONS = tuple((row.state, row.id) for row in CASE.coalitions)
SETTINGS = Settings(n_members=10, n_months=3, n_draws=2)


def holding(*clamps: Clamp, agreements: tuple[NewAgreement, ...] = ()) -> Scenario:
    return Scenario(id="s", title="S", clamps=clamps, agreements=agreements)


def run(case=CASE, scenario=BASELINE, settings=SETTINGS):
    return simulate_scenario(
        case, scenario, start=small_start(case), history=small_history(case), settings=settings
    )


def levers(*clamps: Clamp, n_months: int = 12, agreements: tuple[str, ...] = ()) -> Levers:
    names = (*(row.id for row in CASE.agreements), "declaration-alf-bet", *agreements)
    return lever_arrays(
        CASE, holding(*clamps), coalitions=COALITIONS, agreements=names, n_months=n_months
    )


def row_of(table: Levers, name: str, number: int) -> int:
    """Return the row of an entity, after checking that it is the quantity's only one."""
    rows = getattr(table, name)
    assert np.flatnonzero(rows >= 0).tolist() == [number]
    return int(rows[number])


def test_every_quantity_has_its_row_range_and_value():
    spoke, state, dyad = 1, INDEX.number("BET"), INDEX.dyad_number("ALF-BET")
    asked = (
        ("mediation", "BET-ALF", 0.5, dyad, 0.5, (0, 1)),
        ("density", "ALF-BET", 1, dyad, 1, (0, 1)),
        ("fear", "BET", 0.2, spoke, 0.2, (0, 1)),
        ("pressure", "BET", 0.2, state, 0.2, (0, 1)),
        ("threat", "BET", 0.2, state, 0.2, (0, 1)),
        ("talks", "PRO", 1, 0, 1, (0, 1)),
        ("posture", "HUB", -1, 0, -1, (-1, 1)),
        ("commitment", "BET", 0.2, spoke, 0.2, (0, 1)),
        ("tension", "HUB", 2, 0, 2, (0, 2)),
        ("stage", "PRO", 4, 0, 4, (0, 4)),
        ("alignment_security", "BET", 0.2, spoke, 0.2, (0, 1)),
        ("alignment_economy", "BET", 0.2, spoke, 0.2, (0, 1)),
        ("coordination", "tariffs", 1, 1, 1, (0, 1)),
        ("relation", "ALF-BET", 0.8, dyad, math.log(4), (-12, 12)),
        ("coalition", "BET", "right", state, COALITIONS.index(("BET", "right")), (0, 11)),
        ("agreement", "draft", "signed", 8, STATUSES.index("signed"), (0, 6)),
        ("flare", "border", 3, 2, 3, (0, 3)),
        ("summit", "ALF-BET", 1, dyad, 1, (0, 1)),
        ("first_visit", "BET", 1, spoke, 1, (0, 1)),
    )
    table = levers(*(Clamp(quantity=f"{q}.{e}", value=value) for q, e, value, *_ in asked))
    assert tuple(q for q, *_ in asked) == Levers._fields[15:] == ASKABLE[:19]
    assert table.target.tolist() == list(range(19))
    for number, (quantity, _, _, entity, value, span) in enumerate(asked):
        assert row_of(table, quantity, entity) == number
        assert table.value[number] == pytest.approx(value)
        assert (table.low[number], table.high[number]) == span
    assert table.agreement.shape == (len(CASE.agreements) + 1,)
    assert table.is_act.tolist() == [q in ("coalition", "flare", "summit") for q, *_ in asked]
    assert all(array.flags.c_contiguous for array in table)


def test_rows_are_shared_and_numbered_in_order_of_appearance():
    table = levers(
        Clamp(quantity="density.BET-ALF", value=0.9),
        Clamp(quantity="fear.ALF", value=0.9, from_lead=2),
        Clamp(quantity="density.ALF-BET", value=0.1, from_lead=3, to_lead=4),
        n_months=6,
    )
    assert table.target.tolist() == [0, 1, 0]
    assert list(zip(table.first, table.last, strict=True)) == [(1, 6), (2, 6), (3, 4)]
    assert table.low.shape == (2,)


def test_acts_happen_once_and_those_on_record_never():
    table = levers(
        Clamp(quantity="flare.isle", value=2, from_lead=2),
        Clamp(quantity="coalition.ALF", value="new", start_month="2005-08"),
        Clamp(quantity="flare.memory", value=1, start_month="2005-01", end_month="2005-09"),
        Clamp(
            quantity="summit.ALF-BET", value=1, start_month="2005-01", end_month="2005-09",
            while_="load.ALF-BET < 0.5",
        ),
        Clamp(quantity="flare.border", value=1, from_lead=9),
        n_months=6,
    )  # fmt: skip
    spans = [(int(a), int(b)) for a, b in zip(table.first, table.last, strict=True)]
    assert spans[:4] == [(2, 2), (2, 2), (1, 0), (1, 3)]
    assert spans[4][1] < spans[4][0]  # beyond the horizon


def test_levers_on_top_of_the_model_keep_their_value_as_written():
    table = levers(
        Clamp(quantity="commitment.ALF", value=-0.3, change="add"),
        Clamp(quantity="relation.ALF-BET", value=0.5, change="add"),
        Clamp(quantity="tension.HUB", value=1.5, change="scale"),
    )
    assert [CHANGES[number] for number in table.change] == ["add", "add", "scale"]
    assert table.value.tolist() == [-0.3, 0.5, 1.5]
    assert levers(Clamp(quantity="relation.ALF-BET", value=1e-9)).value.tolist() == [-12]


def test_chances_have_streams_of_their_own_by_quantity():
    table = levers(
        Clamp(quantity="density.BET-ALF", value=0.9, chance=0.5),
        Clamp(quantity="fear.ALF", value=0.9),
        Clamp(quantity="density.ALF-BET", value=0.5, chance=0.25),
        Clamp(quantity="fear.ALF", value=0.1, chance=0.5),
    )
    names = ("density.ALF-BET/chance-1", None, "density.ALF-BET/chance-2", "fear.ALF/chance-1")
    wanted = [stream_number(f"scenario/{name}") if name else 0 for name in names]
    assert table.stream.tolist() == wanted
    assert table.chance.tolist() == [0.5, 1, 0.25, 0.5]


def test_conditions_are_laid_out_clause_by_clause():
    table = levers(
        Clamp(quantity="fear.ALF", value=0.9, while_="posture.HUB<0 and relation.BET-ALF >= 0.5"),
        Clamp(quantity="fear.BET", value=0.9),
        Clamp(
            quantity="flare.isle", value=1,
            while_="coalition.ALF != new and agreement.declaration-alf-bet == in_force and "
            "dispute.border > 0 and load.ALF-RIV <= 1 and public_good < 0.2 and "
            "coordination.bases == 1",
        ),
    )  # fmt: skip
    assert table.first_clause.tolist() == [0, 2, 2, 8]
    assert [ASKABLE[number] for number in table.clause_quantity] == [
        "posture", "relation", "coalition", "agreement", "dispute", "load", "public_good",
        "coordination",
    ]  # fmt: skip
    assert table.clause_entity.tolist() == [
        0, INDEX.dyad_number("ALF-BET"), INDEX.number("ALF"), len(CASE.agreements), 2,
        INDEX.dyad_number("ALF-RIV"), 0, 0,
    ]  # fmt: skip
    assert table.clause_relation.tolist() == [0, 3, 5, 4, 2, 1, 0, 4]
    new, status = COALITIONS.index(("ALF", "new")), STATUSES.index("in_force")
    assert table.clause_value.tolist() == [0, 0, new, status, 0, 1, 0.2, 1]


def test_nothing_held_is_empty_arrays():
    table = levers()
    assert table.target.shape == table.clause_value.shape == table.low.shape == (0,)
    assert table.first_clause.tolist() == [0]
    assert table.target.dtype == table.clause_entity.dtype == np.int64
    assert all((getattr(table, name) == -1).all() for name in Levers._fields[15:])


def test_the_spokes_may_negotiate_a_declaration_whose_id_is_kept_for_it():
    (new,) = prospect_agreements(CASE)
    assert (new.id, new.name) == (
        "declaration-alf-bet",
        "New joint declaration of Alfa and Beta",
    )
    assert (new.parties, new.form, new.depth, new.issues) == (("ALF", "BET"), "statement", 1.2, ())
    own = NewAgreement(id=new.id, name="N", parties=("ALF", "BET"), form="treaty", depth=1)
    assert scenario_problems(CASE, holding(agreements=(own,))) == (
        'agreement "declaration-alf-bet" is the one that the model itself may negotiate; choose '
        "another id.",
    )
    row = Agreement(id=new.id, name="N", parties="ALF;BET", form="treaty", depth=1)
    case = CASE.model_copy(update={"agreements": (*CASE.agreements, row)})
    assert scenario_problems(case, BASELINE) == (
        'agreement "declaration-alf-bet" of the case has the id of the declaration that its spokes '
        "may yet negotiate; choose another id.",
    )


def test_composed_scenarios_hold_what_both_hold():
    new = NewAgreement(id="n", name="N", parties=("ALF", "BET"), form="statement", depth=1)

    def part(name: str, quantity: str, value: float, **window: int) -> Scenario:
        clamp = Clamp(quantity=quantity, value=value, **window)
        return Scenario(id=name, title=name.title(), agreements=(new,), clamps=(clamp,))

    one, two = part("one", "fear.ALF", 0.1, to_lead=1), part("two", "fear.ALF", 0.8, from_lead=2)
    both = compose_scenarios(one, two)
    assert (both.id, both.title) == ("one-and-two", "One; Two")
    assert len(both.agreements) == 1
    table = lever_arrays(CASE, both, coalitions=COALITIONS, agreements=("n",), n_months=2)
    assert (table.target.tolist(), table.value.tolist()) == ([0, 0], [0.1, 0.8])
    assert (table.first.tolist(), table.last.tolist()) == ([1, 2], [1, 2])
    other = two.model_copy(update={"agreements": (new.model_copy(update={"depth": 2.0}),)})
    with pytest.raises(ConfigError, match='two different agreements "n"; rename one'):
        compose_scenarios(one, other)
    with pytest.raises(ConfigError, match="at least one scenario"):
        compose_scenarios()


def test_scenarios_that_contradict_each_other_are_not_joined():
    def part(name: str, value: float, **window: object) -> Scenario:
        clamp = Clamp.model_validate({"quantity": "fear.ALF", "value": value, **window})
        return Scenario(id=name, title=name, clamps=(clamp,))

    with pytest.raises(ConfigError) as caught:
        compose_scenarios(part("one", 0.1), part("two", 0.8, from_lead=5))
    assert str(caught.value) == (
        'scenarios "one" and "two" cannot be joined: both hold fear.ALF in the same months, at 0.1 '
        "and at 0.8. Join others, or write a scenario that says which counts."
    )
    with pytest.raises(ConfigError, match="cannot be joined"):
        compose_scenarios(part("one", 0.1, start_month="2030-01"), part("two", 0.8, to_lead=3))
    compose_scenarios(part("one", 0.1), part("two", 0.1, from_lead=5))
    compose_scenarios(
        part("one", 0.1, end_month="2030-01"), part("two", 0.8, start_month="2030-02")
    )


def test_what_acts_on_a_condition_or_by_chance_may_meet_the_rest():
    def part(name: str, value: float, dyad: str = "ALF-BET", **more: object) -> Scenario:
        clamp = Clamp.model_validate({"quantity": f"density.{dyad}", "value": value, **more})
        return Scenario(id=name, title=name, clamps=(clamp,))

    for more in ({"chance": 0.5}, {"while": "public_good < 0.2"}, {"change": "add"}):
        both = compose_scenarios(part("one", 0.1), part("two", 0.8, **more))
        assert len(both.clamps) == 2
    with pytest.raises(ConfigError, match="cannot be joined"):
        compose_scenarios(part("one", 0.1), part("two", 0.8, dyad="BET-ALF"))


def test_scenarios_are_found_joined_by_their_ids():
    one, two = (
        Scenario(id=name, title=name, clamps=(Clamp(quantity=f"fear.{code}", value=0.5),))
        for name, code in (("one", "ALF"), ("two", "BET"))
    )
    case = CASE.model_copy(update={"scenarios": (BASELINE, one, two)})
    assert find_scenario(case, "one + two") == compose_scenarios(one, two)
    assert find_scenario(case, "baseline+one").clamps == one.clamps
    assert find_scenario(case, two) is two
    with pytest.raises(ConfigError, match=r'no scenario "tow" in case small\. Nearest: "two"'):
        find_scenario(case, "one + tow")


def test_every_problem_of_a_scenario_is_said_at_once():
    broken = holding(
        Clamp(quantity="mediaton.ALF-BET", value=1),
        Clamp(quantity="mediation.ALF-BEX", value=1),
        Clamp(quantity="fear.AFL", value=0.5),
        Clamp(quantity="pressure.ALF", value=1.5),
        Clamp(quantity="coalition.ALF", value="od"),
        Clamp(quantity="agreement.declarations", value="in_force"),
        Clamp(quantity="agreement.declaration", value="in-force"),
        Clamp(quantity="flare.isle", value=4),
        Clamp(quantity="talks.ALF", value=1),
        Clamp(quantity="fear.RIV", value=1),
        Clamp(quantity="coordination.tarifs", value=1),
        Clamp(quantity="coordination.bases", value=0.5),
        Clamp(quantity="stage.PRO", value=5),
        Clamp(quantity="stage.PRO", value=2, change="scale"),
        Clamp(quantity="flare.isle", value=2, change="add"),
        Clamp(quantity="relation.ALF-BET", value=1.0),
        Clamp(quantity="tension.HUB", value=3, change="add"),
        Clamp(quantity="tension.HUB", value=-1, change="scale"),
        Clamp(quantity="summit.ALF-BET", value=0),
        Clamp(quantity="public_good", value=1),
        Clamp(quantity="fear.ALF", value=1, start_month="2005-09", to_lead=2),
        Clamp(quantity="fear.ALF", value=1, while_="postur.HUB < 0 and stage.PRO > 1"),
        Clamp(quantity="first_visit.HUB", value=1),
        Clamp(quantity="first_visit.ALF", value=2),
        Clamp(quantity="first_visit.ALF", value=1, change="add"),
        agreements=(
            NewAgreement(id="channel", name="C", parties=("ALF", "XXX"), form="treaty", depth=1),
        ),
    )
    exists = "must name what exists: "
    assert scenario_problems(CASE, broken) == (
        "clamps[0].quantity: must be a quantity that a scenario can hold, written quantity.entity; "
        'found "mediaton.ALF-BET". Nearest: "mediation.ALF-BET".',
        f"clamps[1].quantity: {exists}the hub mediates between a pair: 0 not at all, 1 all the "
        'time (name a dyad); found "mediation.ALF-BEX". Nearest: "mediation.ALF-BET".',
        f"clamps[2].quantity: {exists}a spoke's fear of being abandoned by the hub, 0 to 1 (name "
        'a spoke); found "fear.AFL". Nearest: "fear.ALF".',
        'clamps[3].value: must be a number from 0 to 1; found "1.5". Nearest: "1".',
        'clamps[4].value: must be a coalition of ALF in case.toml; found "od". Nearest: "old".',
        f"clamps[5].quantity: {exists}status of an agreement from that month on (name an "
        'agreement); found "agreement.declarations". Nearest: "agreement.declaration".',
        'clamps[6].value: must be a status of an agreement; found "in-force". Nearest: "in_force".',
        'clamps[7].value: must be a severity: 1, 2 or 3; found "4". Nearest: "3".',
        f"clamps[8].quantity: {exists}talks with the proliferator are under way, 0 to 1 (name the "
        'proliferator); found "talks.ALF". Allowed: PRO.',
        f"clamps[9].quantity: {exists}a spoke's fear of being abandoned by the hub, 0 to 1 (name "
        'a spoke); found "fear.RIV". Allowed: ALF, BET.',
        f"clamps[10].quantity: {exists}the spokes answer a demand of the hub together: 0 no, 1 yes "
        '(name a demand); found "coordination.tarifs". Nearest: "coordination.tariffs".',
        'clamps[11].value: must be 0 or 1; found "0.5". Nearest: "0".',
        'clamps[12].value: must be a whole number from 0 to 4; found "5". Nearest: "4".',
        'clamps[13].change: "stage" is a whole number: it can only be "set" or moved by "add"; '
        'found "scale". Nearest: "add".',
        'clamps[14].change: "flare" happens or is given: it can only be "set"; found "add". '
        'Nearest: "set".',
        'clamps[15].value: must be a share of cooperative acts, above 0 and below 1; found "1".',
        'clamps[16].value: must be a step from -2 to 2; found "3". Nearest: "2".',
        'clamps[17].value: must be a factor of 0 or more; found "-1". Nearest: "0".',
        'clamps[18].value: must be 1: a summit happens; found "0". Nearest: "1".',
        "clamps[19].quantity: must be a quantity that a scenario can hold, written "
        'quantity.entity; found "public_good". It can only be asked about, in a condition.',
        'clamps[20].to_lead: a window must not end before it starts, in 2005-09; found "2005-08".',
        "clamps[21].while: a condition must ask about a known quantity, written quantity.entity; "
        'found "postur.HUB < 0". Nearest: "posture.HUB".',
        f"clamps[22].quantity: {exists}a new leader of a spoke sees the other spokes before the "
        'hub: 0 no, 1 yes (name the visiting spoke); found "first_visit.HUB". Allowed: ALF, BET.',
        'clamps[23].value: must be 0 or 1; found "2". Nearest: "1".',
        'clamps[24].change: "first_visit" happens or is given: it can only be "set"; found "add". '
        'Nearest: "set".',
        'agreement "channel" exists in the case already; choose another id.',
        'agreement "channel": every party must be a state of the case; found "XXX". '
        "Allowed: ALF, BET, HUB, PAT, PRO, RIV.",
    )
    with pytest.raises(ConfigError, match="scenario s: 27 problems"):
        run(scenario=broken)


def test_a_scenario_says_what_it_holds_without_running():
    condition = "posture.HUB < 0 and stage.PRO != 2"
    scenario = holding(
        Clamp(quantity="fear.ALF", value=0.5, from_lead=2),
        Clamp(quantity="flare.isle", value=2, start_month="2009-01"),
        Clamp(quantity="density.ALF-BET", value=0.8, while_=condition),
        Clamp(quantity="commitment.BET", value=0.2, change="add", from_lead=3, to_lead=3),
        Clamp(quantity="commitment.BET", value=-0.2, change="add", chance=0.5),
        Clamp(quantity="tension.HUB", value=1.5, change="scale"),
        Clamp(quantity="coalition.ALF", value="new", from_lead=4),
        Clamp(quantity="flare.isle", value=3, while_="fear.ALF >= 0.6", from_lead=2, to_lead=7),
        Clamp(quantity="summit.ALF-BET", value=1, from_lead=5, chance=0.25),
        Clamp(quantity="agreement.draft", value="in_force", from_lead=8),
        Clamp(quantity="first_visit.ALF", value=1, from_lead=2),
        Clamp(quantity="first_visit.BET", value=0),
    )
    span = "from July 2005 to June 2006"
    assert scenario_in_words(CASE, scenario, 12) == (
        "fear.ALF is held at 0.5 from August 2005 to June 2006.",
        "flare.isle is not held within 12 months.",
        f"density.ALF-BET is held at 0.8 {span} while posture.HUB is below 0 and stage.PRO is not "
        "2.",
        "commitment.BET is raised by 0.2 in September 2005.",
        f"commitment.BET is lowered by 0.2 {span}, with a chance of 50%, drawn once per future.",
        f"tension.HUB is multiplied by 1.5 {span}.",
        'Coalition "new" of ALF takes office in October 2005.',
        'Dispute "isle" flares with severity 3 once, in the first month from August 2005 to '
        "January 2006 in which fear.ALF is at least 0.6.",
        "ALF-BET meet at a summit in November 2005, with a chance of 25%, drawn once per future.",
        "agreement.draft is held at in_force from February 2006 to June 2006.",
        "Every new leader of ALF sees the other spokes before the hub from August 2005 to June "
        "2006.",
        f"Every new leader of BET sees the hub before other spokes {span}.",
    )
    assert scenario_in_words(CASE, BASELINE, 12) == ("Nothing is held.",)
    with pytest.raises(ConfigError, match=r"scenario s: 1 problem\."):
        scenario_in_words(CASE, holding(Clamp(quantity="fear.RIV", value=1)), 12)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"chance": 0}, "greater than 0"),
        ({"chance": 1.5}, "less than or equal to 1"),
        ({"chance": float("nan")}, "finite number"),
        ({"change": "multiply"}, "'set', 'add' or 'scale'"),
        ({"from_lead": 5, "to_lead": 3}, "must not end before it starts; found from_lead 5 and"),
        (
            {"start_month": "2006-02", "end_month": "2006-01"},
            "must not end before it starts; found 2006-02 to 2006-01",
        ),
        ({"start_month": "2006-02", "from_lead": 1}, "start_month or from_lead, not both"),
    ],
)
def test_a_clamp_that_means_nothing_is_no_clamp(given, message):
    with pytest.raises(ValidationError, match=message):
        Clamp.model_validate({"quantity": "fear.ALF", "value": 0.5, **given})


def test_an_unknown_scenario_is_named_with_the_nearest():
    with pytest.raises(
        ConfigError, match=r'no scenario "base" in case small\. Nearest: "baseline"'
    ):
        run(scenario="base")
    assert run(scenario="baseline").scenario == "baseline"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("n_members", 10**12, r"n_members: a whole number from 1 to 100,000,000; found 1,000,0"),
        ("n_months", 0, r"n_months: a whole number from 1 to 600; found 0"),
        ("n_draws", 0, r"n_draws: a whole number from 1 to 100,000; found 0"),
    ],
)
def test_settings_out_of_range_are_refused_in_a_sentence(name, value, message):
    settings = Settings.model_construct(**(SETTINGS.model_dump() | {name: value}))
    with pytest.raises(ParameterError, match=message):
        run(settings=settings)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("agreement.restore", 1.2, "a share or probability lies between 0 and 1; found 1.2 as"),
        ("density.ALF-BET", -0.4, "a share or probability lies between 0 and 1; found -0.4"),
        ("turnover.exit_hazard.ALF", -0.1, "it must not be below 0; found -0.1"),
    ],
)
def test_a_number_that_means_nothing_is_refused(name, value, message):
    case = CASE.model_copy(update={"parameters": CASE.parameters | {name: judged(value)}})
    with pytest.raises(ParameterError, match=f"parameters.toml, {name}: {message}"):
        run(case=case)


def test_a_missing_number_is_named():
    parameters = {k: v for k, v in CASE.parameters.items() if k != "dispute.rate.isle"}
    case = CASE.model_copy(update={"parameters": parameters})
    with pytest.raises(ConfigError, match=r'"dispute\.rate\.isle" is needed; found none'):
        run(case=case)


def test_an_interrupt_stops_between_blocks():
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise KeyboardInterrupt

    settings = SETTINGS.model_copy(update={"n_members": 5000})
    with pytest.raises(KeyboardInterrupt):
        simulate_scenario(
            CASE, BASELINE, start=small_start(CASE), history=small_history(CASE),
            settings=settings, progress=stop,
        )  # fmt: skip
    assert seen == [(504, 5000)]


def test_progress_reaches_the_last_member():
    seen: list[int] = []
    simulate_scenario(
        CASE, BASELINE, start=small_start(CASE), history=small_history(CASE),
        settings=SETTINGS.model_copy(update={"n_members": 600}),
        progress=lambda done, total: seen.append(done),
    )  # fmt: skip
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert seen[-1] == 600
