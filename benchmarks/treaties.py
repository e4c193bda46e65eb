"""How often a treaty is not upheld, by regime and by change of the source of leader support.

Run from the repository root: ``python benchmarks/treaties.py FOLDER``. FOLDER holds the public data
sets atop_alliances.csv.gz (ATOP) and chisols_state_year.csv.gz (CHISOLS 4.0). The script builds a
panel of bilateral alliances 1946-2008, prints its counts beside the published ones, fits the
regression of agreement review, and prints the year risks that the fitted rule implies.

An alliance-year counts where CHISOLS covers every member. A treaty is not upheld in the year in
which ATOP ends it with code 2, violation. A member's support changed if its source of leader
support did so in this calendar year or the last, and the regime of a change is that of its year.
"dem" is the share of members that are democracies this year, "joint" is 1 where all are, and the
changes are numbers of members, as in the simulator. A year with a nondemocratic change is in that
group even if a democracy changed too.

Alliance-months take the simulator's window instead: a change in this month or the last 11. An
alliance that ended in an unknown month is spread over its months of that year.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import beta, norm
from statsmodels.genmod.families.links import CLogLog, Logit

FIRST, LAST, LATE = 1946, 2008, 1990
VIOLATED, WINDOW, MIDYEAR = 2, 12, 7
TERMS = ["dem", "change_nondem", "change_dem", "joint"]
PUBLISHED = {"none": (34, 5486), "democratic": (8, 1951), "nondemocratic": (18, 489)}
Z90 = norm.ppf(0.95)


def read_regimes(folder: Path) -> tuple[dict, dict]:
    """Whether each (state, year) is a democracy, and the months of its changes of support."""
    democracy, changes = {}, {}
    table = pd.read_csv(folder / "chisols_state_year.csv.gz", low_memory=False)
    for row in table.to_dict("records"):
        state_year = int(row["ccode"]), int(row["year"])
        democracy[state_year] = int(row["dem"] == "1")
        if row["solschdum"]:
            dated = [row[f"solschmo{i}"] for i in range(1, 8) if row[f"solschange{i}"] == 1]
            months = [int(month) for month in dated if 1 <= month <= 12]
            changes[state_year] = months or [MIDYEAR]
    return democracy, changes


def build_panels(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per alliance and year, and one per alliance and month, with the group of its year."""
    democracy, changes = read_regimes(folder)

    def count_changed(members: list[int], year: int, month: int | None) -> list[int]:
        """Members whose support changed, as a nondemocracy and as a democracy."""
        changed = [0, 0]
        for state in members:
            past = [(y, at) for y in (year - 1, year) for at in changes.get((state, y), ())]
            for regime in {
                democracy[state, y]
                for y, at in past
                if month is None or 0 <= 12 * (year - y) + month - at < WINDOW
            }:
                changed[regime] += 1
        return changed

    by_year, by_month = [], []
    table = pd.read_csv(folder / "atop_alliances.csv.gz")
    for pact in table[table["bilat"] == 1].to_dict("records"):
        members = [int(pact[f"mem{i}"]) for i in range(1, 60) if pact[f"mem{i}"] > 0]
        begin, end = int(pact["begyr"]), int(pact["endyr"]) or LAST + 1
        for year in range(max(FIRST, begin), min(LAST, end) + 1):
            if any((state, year) not in democracy for state in members):
                continue
            dem = float(np.mean([democracy[state, year] for state in members]))
            broken = float(year == end and pact["term"] == VIOLATED)
            changed = count_changed(members, year, None)
            group = "nondemocratic" if changed[0] else "democratic" if changed[1] else "none"
            key = (pact["atopid"], year, group)
            by_year.append((*key, broken, dem, *changed, float(dem == 1)))
            ended = int(pact["endmo"]) if year == end and 1 <= pact["endmo"] <= 12 else 0
            last = ended or 12
            start = min(int(pact["begmo"]), last) if year == begin and pact["begmo"] >= 1 else 1
            for month in range(start, last + 1):
                share = float(month == ended) if ended else 1 / (last - start + 1)
                changed = count_changed(members, year, month)
                by_month.append((*key, broken * share, dem, *changed, float(dem == 1)))
    names = ["alliance", "year", "group", "broken", *TERMS]
    return pd.DataFrame(by_year, columns=names), pd.DataFrame(by_month, columns=names)


def fit(panel: pd.DataFrame, link: Logit | CLogLog):
    """A binomial regression with standard errors clustered by alliance."""
    design = sm.add_constant(panel[TERMS])
    model = sm.GLM(panel["broken"], design, family=sm.families.Binomial(link))
    return model.fit(cov_type="cluster", cov_kwds={"groups": panel["alliance"]})


def print_fit(title: str, result, periods: int) -> None:
    print(f"\n{title}: {result.nobs:,.0f} rows, {result.model.endog.sum():.0f} not upheld")
    cov = result.cov_params().to_numpy()
    lines = {name: np.eye(5)[i] for i, name in enumerate(result.params.index)}
    lines["joint pair"] = lines["const"] + lines["dem"] + lines["joint"]
    for name, line in lines.items():
        b, se = line @ result.params.to_numpy(), np.sqrt(line @ cov @ line)
        ends = np.array([b, b - Z90 * se, b + Z90 * se])
        text = f"  {name:14} {b:7.3f}  s.e. {se:.3f}  90% [{ends[1]:6.3f}, {ends[2]:6.3f}]"
        if name in ("const", "joint pair"):
            risk = 1 - (1 - result.family.link.inverse(ends)) ** periods
            text += f"  year risk {risk[0]:.4f} [{risk[1]:.4f}, {risk[2]:.4f}]"
        print(text)
    r = cov[1, 4] / np.sqrt(cov[1, 1] * cov[4, 4])
    print(f"  correlation of the estimates of dem and joint {r:.2f}")


def rule_risk(panel: pd.DataFrame, result, periods: int) -> pd.Series:
    """Mean over the group of the year risk by the simulator's hazard at the fitted values."""
    reference = result.family.link.inverse(result.params["const"])
    hazard = -np.log1p(-reference) * np.exp(panel[TERMS] @ result.params[TERMS])
    return (-np.expm1(-periods * hazard)).groupby(panel["group"]).mean()


def print_groups(years: pd.DataFrame, rules: dict[str, pd.Series]) -> None:
    print(f"{'':14} {'published':>23}   this panel, 95% interval              " + "  ".join(rules))
    for group, (events, count) in PUBLISHED.items():
        mine = years.loc[years["group"] == group, "broken"]
        k, n = int(mine.sum()), len(mine)
        low, high = beta.ppf([0.025, 0.975], k + 0.5, n - k + 0.5)
        text = f"{group:14} {events:3} of {count:5,} = {events / count:.4f}   "
        text += f"{k:3} of {n:5,} = {k / n:.4f} [{low:.4f}, {high:.4f}]   "
        print(text + "  ".join(f"{rule[group]:{len(name)}.4f}" for name, rule in rules.items()))


def print_composition(title: str, panel: pd.DataFrame) -> None:
    print(f"\nComposition, {title}")
    print(panel.groupby("group")[["dem", "joint", "change_nondem", "change_dem"]].mean().round(3))
    cells = panel.assign(dem=np.where(panel["dem"].between(0, 1, "neither"), 0.5, panel["dem"]))
    cells[TERMS[1:3]] = cells[TERMS[1:3]].clip(upper=2)
    share = cells.groupby("group")[TERMS].value_counts(normalize=True).reset_index(name="share")
    print("group, dem, joint, members changed (nondemocratic, democratic), share of its rows")
    for row in share[share["share"] >= 0.0005].itertuples():
        changed = f"{row.change_nondem}, {row.change_dem}"
        print(f"  {row.group}, {row.dem:.1f}, {row.joint:.0f}, {changed}, {row.share:.4f}")


def print_era(panel: pd.DataFrame, result) -> None:
    """Late events over those the whole fit expects: the share of events over that expected."""
    late = panel["year"] >= LATE
    total, k = panel["broken"].sum(), panel.loc[late, "broken"].sum()
    expected = result.fittedvalues[late].sum() / result.fittedvalues.sum()
    low, middle, high = beta.ppf([0.05, 0.5, 0.95], k + 0.5, total - k + 0.5) / expected
    print(f"  {k:.0f} not upheld, {expected * total:.1f} expected: factor {middle:.3f}", end=" ")
    print(f"90% [{low:.3f}, {high:.3f}]")


def main(folder: Path) -> None:
    years, months = build_panels(folder)
    year_fit, month_fit = fit(years, Logit()), fit(months, CLogLog())
    rules = {"rule, years": rule_risk(years, year_fit, 1)}
    rules["rule, months"] = rule_risk(months, month_fit, 12)
    print(f"Not upheld, {FIRST}-{LAST}, by change of the source of leader support")
    print_groups(years, rules)
    print_fit(f"Logit of alliance-years {FIRST}-{LAST}", year_fit, 1)
    print_fit(f"Hazard of alliance-months {FIRST}-{LAST}", month_fit, 12)
    late = years[years["year"] >= LATE], months[months["year"] >= LATE]
    print(f"\nNot upheld {LATE}-{LAST}, over the whole fit, years and months")
    print(late[0].groupby("group")["broken"].agg(["sum", "count", "mean"]).round(4))
    print_era(years, year_fit)
    print_era(months, month_fit)
    print_fit(f"Logit of alliance-years {LATE}-{LAST}", fit(late[0], Logit()), 1)
    print_fit(f"Hazard of alliance-months {LATE}-{LAST}", fit(late[1], CLogLog()), 12)
    print_composition("alliance-years", years)
    print_composition(f"alliance-months, {WINDOW}-month window, by the group of the year", months)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
