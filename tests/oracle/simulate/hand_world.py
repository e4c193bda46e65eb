"""Worlds of the reference small enough to work out a rule by hand."""

from tests.oracle.simulate.small_numbers import CENTRAL
from tests.oracle.simulate.small_world import LAST

from comity.core.case import Coalition, StateEntry
from comity.simulate.reference_levers import Lever, Levers
from comity.simulate.reference_start import set_start
from comity.simulate.reference_world import Issue, Office, Pair, World

NO_LEAN = {"hub": 0.0, "partner": 0.0, "rival": 0.0, "proliferator": 0.0}
STILL = {"level_memory": 0.0, "flare_memory": 0.0}


def office(code, roles=("bystander",), kind="monarchy", *, lean=None, **other):
    """Return an office with two coalitions, ``x`` in power and long unchanged."""
    president = kind.endswith("president")
    terms = {"term_months": 48, "next_term_month": 1} if president else {}
    entry = StateEntry(code=code, name=code, roles=roles, office=kind, **terms)
    coalitions = tuple(Coalition(state=code, id=name, name=name) for name in "xyz")
    values = {"months_in_office": 5, "months_since_support": 50, "clock": 30, "terms_served": 1}
    return Office(
        entry=entry, coalitions=coalitions, coalition="x", orientation=NO_LEAN | (lean or {}),
        **(values | other),
    )  # fmt: skip


def allies(**of):
    """Return a hub and two spokes; ``AAA=...`` and so on change one of them."""
    roles = {"AAA": ("spoke",), "BBB": ("spoke",), "HHH": ("hub",)}
    return [office(code, roles[code], **of.get(code, {})) for code in roles]


def world(offices, *, uniforms=None, held=None, pacts=(), dockets=(), demands=(), **numbers):
    """Return a world that reads 0.5 from every stream not given, and holds nothing else.

    ``numbers`` are named with two underscores for a point; everything starts at its own number.
    """
    offices = {item.entry.code: item for item in sorted(offices, key=lambda item: item.entry.code)}
    codes = list(offices)
    pairs = {
        f"{one}-{two}": Pair(one, two, 0.0, 0.0, 0.0, 0.0, 0.0)
        for number, one in enumerate(codes)
        for two in codes[number + 1 :]
    }
    lean = {f"coalitions.{code}.{c}.{k}": 0.3 for code in codes for c in "xyz" for k in NO_LEAN}
    changes = {name.replace("__", "."): value for name, value in numbers.items()}
    system = World(
        numbers=CENTRAL | lean | changes,
        uniform=lambda stream, lead: (uniforms or {}).get(stream, 0.5),
        levers=Levers([Lever(what, of, value) for (what, of), value in (held or {}).items()]),
        start_month=LAST, offices=offices, pacts=list(pacts), dockets=list(dockets),
        pairs=pairs, issues={name: Issue(name, "security") for name in demands},
        dynamics=dict(STILL),
    )  # fmt: skip
    for lever in system.levers.items:
        lever.acts = True
    set_start(system)
    return system
