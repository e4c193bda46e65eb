"""Hyper-parameters of the measurement: names, transforms, priors, and the kernels' vector."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit, logit, ndtri

Floats = NDArray[np.float64]
Family = Literal["normal", "lognormal", "halfnormal", "logitnormal", "uniform", "fixed"]

NAMES = (
    "intercept", "concentration", "level_step_sd", "level_half_life", "flare_step_sd",
    "flare_memory", "mean_sd", "reciprocity", "level_correlation", "flare_correlation",
    "mean_correlation", "volatility_spread",
    "tone_cooperative", "tone_conflictual", "tone_loading", "tone_noise_sd",
)  # fmt: skip
"""Order of the hyper-parameters in every vector where events come from one source."""
N_WITHOUT_TONE = NAMES.index("tone_cooperative")
PER_SOURCE = ("intercept", "concentration")
VOLATILITY_NODES = (-np.sqrt(3.0), 0.0, np.sqrt(3.0))
VOLATILITY_WEIGHTS = (1 / 6, 2 / 3, 1 / 6)
"""Three-point Gauss-Hermite rule: exact for the first five moments of a standard normal."""


def names_of(n_sources: int) -> tuple[str, ...]:
    """Return the order of the hyper-parameters for a number of sources.

    Sources after the first have an intercept and a concentration of their own, ``intercept_2`` and
    so on; all else is shared.

    >>> names_of(2)[12:14]
    ('intercept_2', 'concentration_2')
    """
    own = [f"{name}_{source}" for source in range(2, n_sources + 1) for name in PER_SOURCE]
    return (*NAMES[:N_WITHOUT_TONE], *own, *NAMES[N_WITHOUT_TONE:])


class Prior(BaseModel):
    """A judged prior: its family, its numbers, who judged it and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: Family
    location: float = 0.0
    scale: float = Field(default=1.0, gt=0)
    meaning: str = Field(min_length=1)
    unit: str = ""
    tag: Literal["S", "R", "D", "M", "E"] = "E"
    who: str = Field(min_length=1)
    why: str = Field(min_length=1)
    source: str = ""

    def quantile(self, probability: ArrayLike) -> Floats:
        """Return natural values at probabilities in (0, 1)."""
        u = np.asarray(probability, float)
        z = ndtri((1 + u) / 2) if self.family == "halfnormal" else ndtri(u)
        return {
            "normal": lambda: self.location + self.scale * z,
            "lognormal": lambda: self.location * np.exp(self.scale * z),
            "halfnormal": lambda: self.scale * z,
            "logitnormal": lambda: expit(logit(self.location) + self.scale * z),
            "uniform": lambda: u,
            "fixed": lambda: np.full_like(u, self.location),
        }[self.family]()


@cache
def default_priors() -> Mapping[str, Prior]:
    """Return the judged priors of the package, by hyper-parameter."""
    text = resources.files("comity.measure").joinpath("priors.toml").read_text(encoding="utf-8")
    return {name: Prior(**entry) for name, entry in tomllib.loads(text).items()}


@cache
def panel_priors(period_months: int, *, is_material: bool) -> Mapping[str, Prior]:
    """Return the priors of a panel of counts by class.

    Parameters
    ----------
    period_months
        Length of a period, 1 or 12; memories and steps are per period.
    is_material
        Whether the stick counts material acts.
    """
    text = resources.files("comity.measure").joinpath("panel_priors.toml").read_text("utf-8")
    changes = tomllib.loads(text)
    priors = dict(default_priors())
    for section, is_wanted in (("yearly", period_months == 12), ("material", is_material)):
        if is_wanted:
            priors |= {name: Prior(**entry) for name, entry in changes[section].items()}
    return priors


class Transform:
    """The unconstrained scale of all hyper-parameters at once, and their log prior on it."""

    def __init__(self, priors: Mapping[str, Prior], n_sources: int = 1) -> None:
        names = [name.rstrip("_0123456789") for name in names_of(n_sources)]
        self.names = tuple(names)
        self.priors = tuple(priors[name] for name in names)
        family = np.array([prior.family for prior in self.priors])
        self._log = np.isin(family, ["lognormal", "halfnormal"])
        self._logit = np.isin(family, ["logitnormal", "uniform"])
        self._half, self._flat = family == "halfnormal", family == "uniform"
        self._bell = ~(self._half | self._flat)
        self._scale = np.array([priors[name].scale for name in names])
        location = np.array([priors[name].location for name in names])
        location[self._half | self._flat] = 0.5  # not read
        self._centre = self.free(location)

    def natural(self, free: Floats) -> Floats:
        """Return natural values of a vector in the order of `names_of`."""
        out = free.copy()
        out[self._log] = np.exp(free[self._log])
        out[self._logit] = expit(free[self._logit])
        return out

    def free(self, natural: Floats) -> Floats:
        """Return unconstrained values of a vector in the order of `names_of`."""
        out = natural.copy()
        out[self._log] = np.log(natural[self._log])
        out[self._logit] = logit(natural[self._logit])
        return out

    def log_prior(self, free: Floats) -> float:
        """Return the log prior density on the unconstrained scale, up to a constant."""
        z = (free - self._centre) / self._scale
        half, flat = free[self._half], free[self._flat]
        total = -0.5 * (z[self._bell] ** 2).sum()
        total += (half - 0.5 * (np.exp(half) / self._scale[self._half]) ** 2).sum()
        return float(total - (np.logaddexp(0, flat) + np.logaddexp(0, -flat)).sum())


def level_memory(half_life_months: float) -> float:
    """Return the monthly autoregression of the level for a half-life in months."""
    return float(2.0 ** (-1.0 / half_life_months))


def kernel_vector(
    natural: ArrayLike, *, tone_tail: float, volatility: float = 0.0, n_sources: int = 1
) -> Floats:
    """Return what the compiled loops read: tones, six memories, six stationary variances, sources.

    Latent order: mean, level, flare of the half-sum; mean, level, flare of the half-difference.

    Parameters
    ----------
    natural
        Hyper-parameters in the order of `names_of`.
    tone_tail
        Degrees of freedom of the tones' noise; 0 makes it Gaussian.
    volatility
        Log volatility of the pairs in units of its spread: level and flare steps are this many
        times ``volatility_spread`` larger on the log scale.
    n_sources
        Number of event sources.
    """
    names = names_of(n_sources)
    value = dict(zip(names, np.asarray(natural, float).tolist(), strict=True))
    rho = level_memory(value["level_half_life"])
    asymmetry = rho - 2 * value["reciprocity"]
    flare = value["flare_memory"]
    memory = np.array([1.0, rho, flare, 1.0, asymmetry, flare])
    wild = np.exp(np.clip(volatility * value["volatility_spread"], -9, 9))
    step = np.array(
        [value["mean_sd"], wild * value["level_step_sd"], wild * value["flare_step_sd"]]
    )
    together = np.array(
        [value["mean_correlation"], value["level_correlation"], value["flare_correlation"]]
    )
    remembered = np.where(memory == 1.0, 0.0, memory)  # the lasting mean takes no steps
    variance = np.concatenate([step**2 * (1 + together), step**2 * (1 - together)]) / 2
    variance /= 1 - remembered**2
    tones = [
        value["tone_conflictual"], value["tone_cooperative"], value["tone_loading"],
        value["tone_noise_sd"], tone_tail,
    ]  # fmt: skip
    sources = [value["intercept"], value["concentration"]]
    for source in range(2, n_sources + 1):
        sources += [value[f"{name}_{source}"] for name in PER_SOURCE]
    return np.concatenate([tones, memory, variance, sources])
