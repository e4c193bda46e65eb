"""The placebo suite: checks that should find nothing, run with every estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from comity.core.drivers import DriverPanel
from comity.core.effects import Placebo
from comity.core.wording import signed
from comity.explain.assumptions import driver_memory
from comity.explain.columns import Columns
from comity.explain.panel_model import named_generator
from comity.explain.refit import Refit, posterior
from comity.explain.shuffles import (
    N_SHUFFLES,
    shifted_series,
    shuffle_p_value,
    turned,
    turns,
    z_value,
)
from comity.explain.sums import respond
from comity.explain.thresholds import threshold

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEADS, DATES, DYADS, VOLUME, ADMINISTRATIONS, SOURCE = (
    "leads", "permuted dates", "placebo dyads", "volume", "leave one administration out",
    "another source",
)  # fmt: skip


@dataclass(frozen=True)
class Suite:
    """What the placebos look at: the regression, who is whose partner, volumes, administrations."""

    refit: Refit
    columns: Columns
    panel: DriverPanel
    volume: Ints  # (dyad, time)     acts of any kind, both directions
    seed: int
    n_shuffles: int = N_SHUFFLES

    def run(self, name: str) -> tuple[Placebo, ...]:
        """Return every placebo of one driver but that of another source."""
        return (
            self.leads(name),
            self.permuted_dates(name),
            self.placebo_dyads(name),
            self.negative_control(name),
            self.administrations(name),
        )

    def leads(self, name: str) -> Placebo:
        """Whether relations moved before the driver did: a mark of its moves in months to come."""
        length = self.refit.evidence.period_months
        ahead = max(1, round(threshold("lead_months") / length))
        months = ahead * length
        values = self._values(name)
        held = np.repeat(values[:, -1:], ahead, axis=1)
        later = np.concatenate([values[:, ahead:], held], axis=1)[:, : values.shape[1]]
        z, estimate = self._beside("lead", (later - values)[:, None], is_direct=True)
        p = two_sided(z)
        return Placebo(
            LEADS,
            f"In the {months} months before the driver moves, the relation already differs by "
            f"{signed(estimate)} logit for each unit to come ({p_words(p)}).",
            estimate,
            p,
            p < threshold("level"),
        )

    def permuted_dates(self, name: str) -> Placebo:
        """How often the same series on other dates gives an estimate as large.

        Fires where the model calls the estimate clear and the shifts, by more than their own
        Monte Carlo error, do not: its standard error is then too small.
        """
        series = self.panel.driver(name)
        generator = named_generator(self.seed, f"explain/{name}/shuffle")
        shuffled = shifted_series(series, self.panel.index, self.n_shuffles, generator)
        p, _ = shuffle_p_value(self.refit, self.columns, name, shuffled)
        n_beyond = round(p * (self.n_shuffles + 1)) - 1
        is_clear = two_sided(z_value(self.refit, self.columns, name)) < threshold("level")
        return Placebo(
            DATES,
            f"Of {self.n_shuffles} shifts of its dates, {n_beyond} give an estimate as far from "
            f"zero ({p_words(p)}).",
            p,
            p,
            is_clear and p - 3 * np.sqrt(p * (1 - p) / self.n_shuffles) >= threshold("level"),
        )

    def placebo_dyads(self, name: str) -> Placebo:
        """Whether the driver of one pair goes with the relation of another that it says nothing of.

        Where the driver has a value for such pairs, that value is looked at. Otherwise each pair on
        which the driver moves lends its series to a pair that shares one state with it, is no pair
        of partners and has about as many acts.
        """
        elsewhere = self.panel.driver(name).elsewhere
        if elsewhere is not None:
            said = "The same driver on pairs of which it says nothing shows"
            return self._on_dyads("elsewhere", elsewhere, said)
        lent = lend(self._values(name), self.panel, self.volume.sum(axis=1))
        if not lent.any():
            return Placebo(
                DYADS, "Not run: no pair outside the alliance shares a state with those on which "
                "the driver moves.",
            )  # fmt: skip
        said = "Pairs of non-partners, lent the driver of a pair that it belongs to, show"
        return self._on_dyads("lent", lent, said)

    def _on_dyads(self, label: str, values: Floats, said: str) -> Placebo:
        z, estimate = self._beside(label, values[:, None], is_direct=False)
        p = two_sided(z)
        return Placebo(
            DYADS,
            f"{said} {signed(estimate)} logit a unit ({p_words(p)}).",
            estimate,
            p,
            p < threshold("level"),
        )

    def negative_control(self, name: str) -> Placebo:
        """Whether the driver goes with how much is reported, which is no relation."""
        half_life = self.refit.priors.half_life.central
        memory = driver_memory(half_life, self.refit.evidence.period_months)
        values = self._values(name)
        generator = named_generator(self.seed, f"explain/{name}/volume")
        n_shuffles = self.n_shuffles
        n_series, n_times = values.shape
        turn = turns(n_shuffles, n_series, n_times, generator)
        observed = volume_score(respond(values, memory)[None], self.volume)[0]
        others = volume_score(respond(turned(values, turn), memory), self.volume)
        p = float(((np.abs(others) >= abs(observed)).sum() + 1) / (n_shuffles + 1))
        return Placebo(
            VOLUME,
            "When the driver is high, "
            + ("more" if observed > 0 else "fewer")
            + f" acts are reported than other dates would give ({p_words(p)}).",
            float(observed),
            p,
            p < threshold("level"),
        )

    def administrations(self, name: str) -> Placebo:
        """Whether one administration of the hub carries the estimate.

        An estimate that uses all months and one that leaves some out differ by chance with the
        difference of their variances (Hausman 1978); the most extreme is judged as the most extreme
        of so many.
        """
        names = self.panel.administration_names
        present = [k for k in range(len(names)) if (self.panel.administration == k).any()]
        if len(present) < 3:
            return Placebo(
                ADMINISTRATIONS,
                f"Not run: {len(present)} administrations of the hub are in the record, and three "
                "are needed to leave one out.",
            )
        steps = self.panel.administration[self.refit.evidence.time]
        whole, se = self.refit.likelihood(self.columns).alone(name)
        left: list[float] = []
        z: list[float] = []
        for k in present:
            without = self.refit.on(self.refit.evidence.without(steps == k))
            sums = without.likelihood(self.columns)
            left.append(float(posterior(sums, [name])[0][0]))
            z.append(hausman_z((whole, se), sums.alone(name)))
        furthest = int(np.argmax(np.abs(z)))
        p = min(1.0, len(present) * two_sided(z[furthest]))
        return Placebo(
            ADMINISTRATIONS,
            f"Between {signed(min(left))} and {signed(max(left))} with one administration left "
            f"out; furthest without {names[present[furthest]]} ({p_words(p)} of the most extreme).",
            left[furthest],
            p,
            p < threshold("level"),
        )

    def _values(self, name: str) -> Floats:
        return self.columns.values[:, self.columns.place(name)]

    def _beside(self, label: str, values: Floats, *, is_direct: bool) -> tuple[float, float]:
        """Return z value and estimate of a column set beside all the others."""
        sd = self.refit.priors.placebo_sd
        more = self.columns.plus([label], values, sd=sd, is_direct=is_direct)
        estimate, se = self.refit.likelihood(more).alone(label)
        return (estimate / se if np.isfinite(se) else 0.0), estimate


def hausman_z(whole: tuple[float, float], part: tuple[float, float]) -> float:
    """Return how far an estimate from a part of the data is from that of all, in standard errors.

    Each is an estimate and its standard error; 0 where the part says nothing or as much as all.

    >>> round(hausman_z((0.0, 1.0), (1.0, 1.25)), 2)
    1.33
    """
    if not np.isfinite([*whole, *part]).all():
        return 0.0
    variance = part[1] ** 2 - whole[1] ** 2
    return float((part[0] - whole[0]) / np.sqrt(variance)) if variance > 1e-9 else 0.0


def p_words(p: float) -> str:
    """Return a p-value as it is read.

    >>> p_words(0.0312), p_words(0.0004)
    ('p = 0.03', 'p < 0.01')
    """
    return "p < 0.01" if p < 0.01 else f"p = {p:.2f}"


def two_sided(z: float) -> float:
    """Return the two-sided p-value of a z value.

    >>> round(two_sided(1.96), 3)
    0.05
    """
    return float(2 * ndtr(-abs(z)))


def lend(values: Floats, panel: DriverPanel, n_acts: NDArray) -> Floats:
    """Return each non-partner pair's borrowed series, (dyad, time); zero where it borrows none.

    A pair borrows from the pair that moves, shares one state with it and is nearest in acts; its
    own series, where it has one, is another driver and stays.
    """
    pairs, size = panel.index.pairs, np.log1p(n_acts)
    lenders = np.flatnonzero((np.ptp(values, axis=1) > 0) & panel.is_partner)
    with_state = [
        lenders[(pairs[lenders] == state).any(axis=1)] for state in range(len(panel.index))
    ]
    out = np.zeros_like(values)
    for k in np.flatnonzero(~panel.is_partner):
        near = np.concatenate([with_state[state] for state in pairs[k]])  # never the pair itself
        if len(near):
            out[k] = values[near[int(np.abs(size[near] - size[k]).argmin())]]
    return out


def volume_score(responses: Floats, volume: Ints) -> Floats:
    """Return how far acts and a series go together beyond pair and month, one number a series.

    ``responses`` has shape (series, dyad, time). Acts are compared with what the totals of pair and
    month alone would give, in units of the root of their number.
    """
    total = volume.sum()
    if total == 0:
        return np.zeros(len(responses))
    expected = np.outer(volume.sum(axis=1), volume.sum(axis=0)) / total
    return np.einsum("skt,kt->s", responses, volume - expected) / np.sqrt(total)


def another_source(
    first: tuple[float, float] | None, second: tuple[float, float] | None
) -> Placebo:
    """Whether two sources of events tell different stories.

    Each is an estimate without prior and its standard error.
    """
    if first is None or second is None:
        return Placebo(
            SOURCE, "Not run: no second source of events. Import one and name it with --store."
        )
    if not np.isfinite([first[1], second[1]]).all():
        return Placebo(SOURCE, "Not run: one of the two sources says nothing of the driver.")
    p = two_sided((first[0] - second[0]) / np.hypot(first[1], second[1]))
    return Placebo(
        SOURCE,
        f"{signed(first[0])} logit a unit from the record alone, {signed(second[0])} from the "
        f"stored events alone ({p_words(p)} that they agree).",
        second[0],
        p,
        p < threshold("level"),
    )
