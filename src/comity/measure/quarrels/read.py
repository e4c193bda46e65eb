"""Reading pairs: flares, turning points, level and relation as mixtures over hyper-parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from comity.core.errors import ParameterError
from comity.core.quarrels import QUARREL_QUANTILES, PairActs, PairQuarrels, QuarrelReading
from comity.core.streams import stream_number
from comity.measure.mode import in_threads
from comity.measure.quarrels.evidence import PairRecord, likelihood_rows, pair_lattice
from comity.measure.quarrels.fit import QuarrelFit
from comity.measure.quarrels.lattice import FINEST_STEP, Lattice
from comity.measure.quarrels.model import NAMES, quarrel_thresholds
from comity.measure.quarrels.passes import backward, forward, sample_paths
from comity.measure.quarrels.spells import find_quarrels, find_turning_points
from comity.measure.quarrels.turning import level_changes, share_beyond

Floats = NDArray[np.float64]
COARSEST = 0.1  # of readings: thresholds and quantiles fall between nodes
AXIS_STEP = 0.02  # of the common axis on which draws are averaged
N_HYPER_DRAWS = 32


@dataclass(frozen=True)
class Law:
    """A marginal law by month on equally spaced nodes; probability is spread over its cells."""

    node: Floats  # (node,)
    probability: Floats  # (time, node)

    def below(self, points: Floats) -> Floats:
        """Return the probability below each point, (time, point)."""
        step = self.node[1] - self.node[0] if len(self.node) > 1 else 1e-9
        edges = np.append(self.node - step / 2, self.node[-1] + step / 2)
        total = np.cumsum(self.probability, axis=1)
        cumulated = np.column_stack([np.zeros(len(total)), total / total[:, -1:]])
        place = np.clip(np.searchsorted(edges, points) - 1, 0, len(self.node) - 1)
        share = np.clip((points - edges[place]) / step, 0, 1)
        return cumulated[:, place] + share * (cumulated[:, place + 1] - cumulated[:, place])

    def moments(self) -> Floats:
        """Return mean and variance by month, (2, time)."""
        mean = self.probability @ self.node
        return np.stack([mean, self.probability @ self.node**2 - mean**2])


@dataclass(frozen=True)
class DrawReading:
    """One pair under one draw of the hyper-parameters."""

    log_score: Floats  # (time,)
    laws: dict[str, Law]  # level, flare and relation, smoothed and filtered
    level_paths: Floats  # (draw, time)
    flare_paths: Floats  # (draw, time)


def read_quarrels(
    pairs: Sequence[PairActs],
    fit: QuarrelFit,
    *,
    n_paths: int = 800,
    n_hyper_draws: int = N_HYPER_DRAWS,
    seed: int = 1,
    n_threads: int = 1,
    thresholds: Mapping[str, float] | None = None,
    coarsest: float = COARSEST,
    finest_step: float = FINEST_STEP,
) -> QuarrelReading:
    """Tell quarrels that came and went from relations that changed, pair by pair.

    Parameters
    ----------
    pairs
        Acts of the pairs to read; they need not be among those fitted.
    fit
        Hyper-parameters. Their uncertainty is carried.
    n_paths
        Joint draws of level and flare per pair, for turning points and depths.
    n_hyper_draws
        Draws of the hyper-parameters to average over, evenly chosen among those of ``fit``.
    seed
        Seed of the path draws.
    n_threads
        Draws side by side; results do not depend on it.
    thresholds
        By name; the package's judged ones by default.
    coarsest, finest_step
        Largest spacing of the lattice, and the size to which smaller steps are rounded up, logit.

    Returns
    -------
    reading
        Probabilities of flares and turning points, level, flare and relation by month. Filtered
        readings use acts up to their month; hyper-parameters may have seen more.

    Raises
    ------
    ParameterError
        A number of draws is not positive.
    """
    if n_paths < 1 or n_hyper_draws < 1:
        raise ParameterError(
            "read_quarrels needs n_paths and n_hyper_draws of at least 1; found "
            f"{n_paths} and {n_hyper_draws}. Give both a positive number."
        )
    limits = {name: entry.value for name, entry in quarrel_thresholds().items()}
    limits |= dict(thresholds or {})
    n_used = min(n_hyper_draws, len(fit.draws))
    used = np.linspace(0, len(fit.draws) - 1, n_used).round().astype(int)
    out: list[PairQuarrels] = []
    for acts in pairs:
        record = PairRecord(acts)

        def one(k: int, record: PairRecord = record) -> DrawReading:
            wanted = len(range(k, n_paths, n_used))
            stream = stream_number(f"measure/{record.acts.dyad}/quarrel-path")
            key = np.array([seed, stream << 32 | int(used[k])], np.uint64)
            generator = np.random.Generator(np.random.Philox(key=key))
            lattice = pair_lattice(
                record, value := fit.value(int(used[k])),
                coarsest=coarsest, finest_step=finest_step, for_filter=True,
            )  # fmt: skip
            return _read_draw(record, value, lattice, wanted, generator)

        out.append(_mixture(acts, in_threads(one, range(n_used), n_threads), limits))
    levels = np.quantile(fit.draws, [0.05, 0.5, 0.95], axis=0)
    return QuarrelReading(
        pairs=tuple(out),
        hyperparameters={
            name: (float(low), float(middle), float(high))
            for name, low, middle, high in zip(NAMES, *levels, strict=True)
        },
        thresholds=limits,
        notes=(
            "Filtered readings use acts up to their month, and hyper-parameters as given.",
            f"Hyper-parameters were fitted on {', '.join(fit.dyads)}.",
        ),
        settings={"n_paths": n_paths, "n_hyper_draws": n_used, "seed": seed},
    )


def _read_draw(
    record: PairRecord,
    value: Mapping[str, float],
    lattice: Lattice,
    n_paths: int,
    generator: np.random.Generator,
) -> DrawReading:
    rows = likelihood_rows(record.acts, value, lattice.theta)
    done = forward(lattice, rows, keep=True, dtype=np.float32)
    smoothed = backward(lattice, rows, done.filtered)
    laws = _laws("", lattice, smoothed) | _laws("filtered_", lattice, done.filtered)
    uniforms = generator.random((n_paths, len(rows), 2))
    level, flare = sample_paths(lattice, done, uniforms)
    return DrawReading(done.log_score, laws, lattice.level[level], lattice.flare[flare])


def _laws(prefix: str, lattice: Lattice, probability: Floats) -> dict[str, Law]:
    joint = probability.sum(axis=1).astype(np.float64)  # (time, level, flare)
    joint /= joint.sum(axis=(1, 2), keepdims=True)
    place = lattice.place.ravel()
    relation = np.array(
        [np.bincount(place, month.ravel(), minlength=len(lattice.theta)) for month in joint],
        np.float64,
    )
    return {
        f"{prefix}level": Law(lattice.level, joint.sum(axis=2)),
        f"{prefix}flare": Law(lattice.flare, joint.sum(axis=1)),
        f"{prefix}relation": Law(lattice.theta, relation),
    }


def _mixture(
    acts: PairActs, readings: Sequence[DrawReading], limits: Mapping[str, float]
) -> PairQuarrels:
    """Average over hyper-parameter draws, which weigh the same."""

    def moments(name: str) -> tuple[Floats, Floats]:
        stacked = np.array([reading.laws[name].moments() for reading in readings])
        variance = stacked[:, 1].mean(axis=0) + stacked[:, 0].var(axis=0)
        return stacked[:, 0].mean(axis=0), np.sqrt(np.maximum(variance, 0))

    def below(name: str, point: float) -> Floats:
        laws = [reading.laws[name] for reading in readings]
        return np.mean([law.below(np.array([point]))[:, 0] for law in laws], axis=0)

    def quantiles(name: str) -> Floats:
        laws = [reading.laws[name] for reading in readings]
        low, high = min(law.node[0] for law in laws), max(law.node[-1] for law in laws)
        axis = np.arange(low - 0.2, high + 0.2, AXIS_STEP)
        cumulated = np.mean([law.below(axis) for law in laws], axis=0)
        return np.array([np.interp(QUARREL_QUANTILES, month, axis) for month in cumulated]).T.copy()

    def interleaved(name: str) -> NDArray[np.float32]:
        """Put path k of hyper-parameter draw h at k * n + h, so that any head is balanced."""
        parts = [getattr(reading, name) for reading in readings]
        whole = np.empty((sum(map(len, parts)), len(acts.months)), np.float32)
        for h, part in enumerate(parts):
            whole[h :: len(parts)] = part
        return whole

    flare = limits["flare"]
    level_paths, flare_paths = interleaved("level_paths"), interleaved("flare_paths")
    change = level_changes(level_paths, int(limits["turning_months"]))
    down, up = share_beyond(change, limits["turning_point"])
    level_change = change.mean(axis=0)
    flare_down = below("flare", -flare)
    scores = np.array([reading.log_score for reading in readings])
    evidence = scores.cumsum(axis=1)  # mixture of evidences, then its monthly steps
    joint = np.logaddexp.reduce(evidence, axis=0) - np.log(len(readings))
    names = {
        name: moments(name)
        for name in ("level", "flare", "relation", "filtered_level", "filtered_relation")
    }
    flare_mean = names["flare"][0]
    return PairQuarrels(
        dyad=acts.dyad,
        months=acts.months,
        n_acts=acts.volume,
        flare_down=flare_down,
        flare_up=1 - below("flare", flare),
        filtered_flare_down=below("filtered_flare", -flare),
        filtered_flare_up=1 - below("filtered_flare", flare),
        turning_down=down,
        turning_up=up,
        level_change=level_change,
        level_mean=names["level"][0],
        level_sd=names["level"][1],
        level_quantiles=quantiles("level"),
        relation_mean=names["relation"][0],
        relation_sd=names["relation"][1],
        relation_quantiles=quantiles("relation"),
        flare_mean=flare_mean,
        flare_sd=names["flare"][1],
        filtered_level_mean=names["filtered_level"][0],
        filtered_level_sd=names["filtered_level"][1],
        filtered_relation_mean=names["filtered_relation"][0],
        filtered_relation_sd=names["filtered_relation"][1],
        filtered_relation_quantiles=quantiles("filtered_relation"),
        level_paths=level_paths,
        flare_paths=flare_paths,
        log_score=np.diff(joint, prepend=0.0),
        quarrels=find_quarrels(
            acts.dyad, acts.months, flare_down, flare_mean, flare_paths, limits["listed"]
        ),
        turning_points=find_turning_points(
            acts.dyad,
            acts.months,
            down,
            up,
            level_change,
            limits["listed"],
            int(limits["turning_months"]),
        ),
    )
