"""Every figure of treaties, turnover, density of contact and abandonment fear, with its sample.

Run from the repository root: ``python benchmarks/treaties.py FOLDER [--write]``. FOLDER holds the
public tables (ATOP, CHISOLS, Archigos, Benson-Clinton scores) and acts by pair and year as
icews_dyad_year*.csv*; what is missing leaves a sentence in the place of its figures. ``--write``
records the figures with the package, where the simulator and the documentation find them.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from comity.core.estimates import Estimate, NoEstimate
from comity.core.world_tables import Alliances, SupportYears, WorldTables
from comity.explain.abandonment import abandonment_test
from comity.explain.alliance_months import alliance_months
from comity.explain.alliance_years import GROUPS
from comity.explain.contact_figures import contact_figures
from comity.explain.density_of_contact import REGIMES, density_effect
from comity.explain.density_rows import DENSITIES, density_rows
from comity.explain.pair_years import PairYears, pair_years
from comity.explain.published import honoured_sentence, honoured_table
from comity.explain.tenure import (
    mean_tenure_by_hazard,
    mean_tenure_one_term,
    mean_tenure_two_terms,
    tenure_record,
)
from comity.explain.treaties import treaty_survival, violation_hazard
from comity.explain.world_figures import figures_text, world_figures
from comity.record.store import count_event_files
from comity.record.world_tables import load_state_numbers, load_world_tables
from comity.simulate import default_parameters

STATES, HUB, EVENTS = ("JPN", "KOR", "USA"), "USA", "icews"
RECORD = Path("src/comity/explain/figures.toml")
LEAST_ACTS = (10, 30, 50)
TERM_MONTHS = {"one": 60, "two": 48}


def load_acts(folder: Path) -> PairYears | None:
    """Return acts by pair and year, None where the folder has none."""
    files = sorted(folder.glob("icews_dyad_year*.csv*"))
    if not files:
        return None
    return pair_years(count_event_files("csv", files[:1], period_months=12))


def all_figures(folder: Path) -> list[Estimate | NoEstimate]:
    """Return every figure that a folder's tables give."""
    tables, acts = load_world_tables(folder), load_acts(folder)
    figures = [*world_figures(tables, states=STATES)]
    if acts is None:
        reason = "density, abandonment: need acts by pair and year; put them into the folder."
        return [*figures, NoEstimate("density", "density of contact", reason)]
    return [*figures, *contact_figures(acts, tables, load_state_numbers(), hub=HUB, events=EVENTS)]


def print_figures(figures: list[Estimate | NoEstimate]) -> None:
    for figure in figures:
        if isinstance(figure, NoEstimate):
            print(f"{figure.name:52} no figure. {figure.reason}")
            continue
        ends = (
            "" if figure.is_exact else f" {figure.level:.0%} [{figure.low:.4g}, {figure.high:.4g}]"
        )
        print(f"{figure.name:52} {figure.value:.4g}{ends}   {figure.sample}")


def print_variants(tables: WorldTables) -> None:
    """Print the hazard ratios and the survival under other coding choices."""
    if tables.alliances is None:
        return
    print("\nSurvival of bilateral alliances under other choices")
    for by_day in (False, True):
        for only_coded in (False, True):
            curve = treaty_survival(tables.alliances, by_day=by_day, only_coded=only_coded)
            print(
                f"  {'days ' if by_day else 'years'} {'coded ends' if only_coded else 'all ends  '}"
                f" median {curve.median.value:.1f} S(10) {curve.at(10).value:.3f} "
                f"S(20) {curve.at(20).value:.3f}"
            )
    if tables.support is None:
        return
    print("Hazard ratios without wartime alliances")
    fit = violation_hazard(tables.alliances, tables.support, with_wartime=False).by_alliance
    for name in ("changed_nondemocracy", "changed_democracy"):
        print(f"  {name} {fit.ratio(name).value:.2f} [{fit.ratio(name).low:.2f}, "
              f"{fit.ratio(name).high:.2f}], {fit.n_events:.0f} violations")  # fmt: skip


def print_composition(alliances: Alliances, support: SupportYears) -> None:
    """Print what alliance-months are made of, by what changed in their year or the one before.

    Coded as the months are: every member counts, and a year of transition is no democracy.
    """
    rows = alliance_months(alliances, support)
    members = dict(zip(alliances.atopid.tolist(), alliances.members, strict=True))

    def group(alliance: int, year: int) -> str:
        changed = {
            bool(support.is_democracy[row] == 1)
            for state in members[alliance]
            for when in (year - 1, year)
            if (row := support.row_of.get((state, when))) is not None
            and support.n_support_changes[row] > 0
        }
        return "nondemocratic" if False in changed else "democratic" if changed else "none"

    keys = list(zip(rows.alliance.tolist(), rows.year.tolist(), strict=True))
    of_year = {key: group(*key) for key in set(keys)}
    shares: dict[str, Counter[tuple[float, ...]]] = {name: Counter() for name in GROUPS}
    for row, key in enumerate(keys):
        dem = rows.democracies[row] if rows.democracies[row] in (0, 1) else 0.5
        counts = (rows.changed_nondemocracies[row], rows.changed_democracies[row])
        cell = (dem, rows.all_democracies[row], *(min(count, 2.0) for count in counts))
        shares[of_year[key]][cell] += 1
    print("\nAlliance-months by group of their year: democracies, all, changed non, dem: share")
    for name, cells in shares.items():
        total = sum(cells.values())
        for cell, count in cells.most_common():
            if count >= 0.001 * total:
                print(f"  {name:13} {' '.join(f'{x:g}' for x in cell)}: {count / total:.4f}")


def print_tenures(tables: WorldTables) -> None:
    number = {name: judged.central for name, judged in default_parameters().items()}
    rate = "turnover.exit_hazard"
    rules = {
        "JPN": mean_tenure_by_hazard(number[f"{rate}.prime_minister"]),
        "KOR": mean_tenure_one_term(number[f"{rate}.one_term_president"], TERM_MONTHS["one"]),
        "USA": mean_tenure_two_terms(
            number[f"{rate}.two_term_president"], TERM_MONTHS["two"],
            1 - number["turnover.party_loses.two_term_president"],
        ),
    }  # fmt: skip
    print(
        "\nMonths in office: rule at the package's numbers, Archigos, REIGN (mean, median, spells)"
    )
    for state, rule in rules.items():
        line = f"  {state} {rule:5.1f}"
        for leaders in (tables.archigos, tables.reign):
            if leaders is not None:
                own = tenure_record(leaders, state)
                line += f"   {own.mean_months:5.1f} {own.median_months:5.1f} {len(own.months):3}"
        print(line)


def print_contact(folder: Path, tables: WorldTables) -> None:
    acts, numbers = load_acts(folder), load_state_numbers()
    if acts is None or tables.support is None or tables.members is None:
        return
    print("\nDensity of contact: shock without density, dampening, placebos, by choices")
    for least in LEAST_ACTS:
        for density in DENSITIES:
            rows = density_rows(
                acts, tables.support, tables.members, numbers, density=density, least_acts=least
            )
            for regime in REGIMES:
                one = density_effect(rows, regime=regime)
                parts = (one.shock_thin, one.dampening, one.lead, one.volume)
                text = "  ".join(f"{x.value:+.2f} [{x.low:+.2f}, {x.high:+.2f}]" for x in parts)
                print(
                    f"  {least:2} acts {density:13} {regime:13} {one.n_rows:6,} rows "
                    f"{one.n_changes:3} changes  {text}  p {one.permutation_p:.2f}  least "
                    f"{one.least_detectable:.2f}  needed {one.changes_needed:.0f}"
                )
                if least == LEAST_ACTS[0] and density == DENSITIES[0]:
                    print(f"     {one.reading}")
    print("\nAbandonment fear")
    for least in LEAST_ACTS:
        test = abandonment_test(acts, tables.members, numbers, hub=HUB, least_acts=least)
        low, high = test.difference.low, test.difference.high
        print(
            f"  {least} acts: less matched {test.difference.value:+.2f} [{low:+.2f}, {high:+.2f}]"
        )
        print(f"     {test.reading}")


def main(folder: Path, write: bool) -> None:
    start = time.perf_counter()
    figures = all_figures(folder)
    print_figures(figures)
    if write:
        RECORD.write_text(figures_text(figures), encoding="utf-8")
    tables = load_world_tables(folder)
    print_variants(tables)
    if tables.alliances is not None and tables.support is not None:
        print_composition(tables.alliances, tables.support)
    if tables.archigos is not None:
        print_tenures(tables)
    print_contact(folder, tables)
    own = [f for f in figures if isinstance(f, Estimate) and "kept_share" in f.name]
    print(f"\n{honoured_sentence()}")
    for row in honoured_table(own):
        print("  " + " | ".join(row))
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("name the folder of the public tables: treaties.py FOLDER [--write]")
    main(Path(sys.argv[1]), "--write" in sys.argv[2:])
