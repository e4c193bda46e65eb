"""Hyper-parameters of level and flare: names, priors, scales; and the judged thresholds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit, logit

from comity.measure.model import Prior

Floats = NDArray[np.float64]
PACKAGE = "comity.measure.quarrels"
NAMES = (
    "intercept", "concentration", "level_step_sd", "level_half_life", "flare_step_sd",
    "flare_memory", "mean_sd", "flare_tail", "tone_cooperative", "tone_conflictual",
    "tone_loading", "tone_noise_sd",
)  # fmt: skip
"""Order of the hyper-parameters in every vector."""
N_WITHOUT_TONE = NAMES.index("tone_cooperative")


class Threshold(BaseModel):
    """A judged convention: its value, what others might choose, who judged it and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(gt=0)
    low: float = Field(gt=0)
    high: float = Field(gt=0)
    unit: str
    meaning: str = Field(min_length=1)
    who: str = Field(min_length=1)
    why: str = Field(min_length=1)


@cache
def quarrel_priors() -> Mapping[str, Prior]:
    """Return the judged priors of level and flare, by hyper-parameter."""
    text = resources.files(PACKAGE).joinpath("priors.toml").read_text(encoding="utf-8")
    return {name: Prior(**entry) for name, entry in tomllib.loads(text).items()}


@cache
def quarrel_thresholds() -> Mapping[str, Threshold]:
    """Return the judged thresholds by name: see ``thresholds.toml``."""
    text = resources.files(PACKAGE).joinpath("thresholds.toml").read_text(encoding="utf-8")
    return {name: Threshold(**entry) for name, entry in tomllib.loads(text).items()}


def to_natural(free: Floats, priors: Mapping[str, Prior]) -> Floats:
    """Return natural values of unconstrained ones, both in the order of `NAMES`."""
    out = np.array(free, float)
    for k, name in enumerate(NAMES):
        if priors[name].family in ("lognormal", "halfnormal"):
            out[k] = np.exp(free[k])
        elif priors[name].family in ("logitnormal", "uniform"):
            out[k] = expit(free[k])
        elif priors[name].family == "fixed":
            out[k] = priors[name].location
    return out


def to_free(natural: Floats, priors: Mapping[str, Prior]) -> Floats:
    """Return unconstrained values of natural ones, both in the order of `NAMES`."""
    out = np.array(natural, float)
    for k, name in enumerate(NAMES):
        if priors[name].family in ("lognormal", "halfnormal"):
            out[k] = np.log(natural[k])
        elif priors[name].family in ("logitnormal", "uniform"):
            out[k] = logit(natural[k])
        elif priors[name].family == "fixed":
            out[k] = 0.0
    return out


def log_prior(free: Floats, priors: Mapping[str, Prior]) -> float:
    """Return the log prior density on the unconstrained scale, up to a constant.

    A fixed hyper-parameter gets a standard normal coordinate that nothing else reads.
    """
    total = 0.0
    for value, name in zip(free.tolist(), NAMES, strict=True):
        prior = priors[name]
        if prior.family == "normal":
            total -= 0.5 * ((value - prior.location) / prior.scale) ** 2
        elif prior.family == "lognormal":
            total -= 0.5 * ((value - np.log(prior.location)) / prior.scale) ** 2
        elif prior.family == "logitnormal":
            total -= 0.5 * ((value - logit(prior.location)) / prior.scale) ** 2
        elif prior.family == "halfnormal":
            total += value - 0.5 * (np.exp(value) / prior.scale) ** 2
        elif prior.family == "uniform":
            total -= np.logaddexp(0, value) + np.logaddexp(0, -value)
        else:
            total -= 0.5 * value**2
    return float(total)
