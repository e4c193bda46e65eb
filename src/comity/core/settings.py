"""Settings: every knob of a run, its default and what it does."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from comity.core.errors import ConfigError

Drivers = Literal["judged", "estimated"]
"""Whether futures take the effects of drivers as judged, or as learned where data carry them."""


class Settings(BaseModel):
    """What a run was asked to do; part of its receipt."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_members: int = Field(default=20_000, ge=1, le=100_000_000, description="futures per scenario")
    n_months: int = Field(default=60, ge=1, le=600, description="months simulated")
    n_draws: int = Field(default=500, ge=1, le=100_000, description="parameter draws")
    seed: int = Field(default=1, ge=0, lt=2**64, description="seed of every random stream")
    n_threads: int = Field(default=0, ge=0, le=256, description="threads; 0 uses every core")
    n_hyper_draws: int = Field(
        default=64, ge=1, le=4096, description="hyper-parameter draws of the measurement"
    )
    n_paths: int = Field(
        default=512, ge=1, le=100_000, description="posterior draws of past relations"
    )
    drivers: Drivers = Field(default="judged", description="effects of drivers in the futures")
    use_cache: bool = Field(default=True, description="reuse steps whose inputs are unchanged")

    def check_members_for(self, what: str) -> None:
        """Refuse fewer than two futures of each parameter draw: they give no interval.

        Raises
        ------
        ConfigError
            There are fewer; ``what`` needs them.
        """
        least = 2 * self.n_draws
        if self.n_members < least:
            raise ConfigError(
                f"members: {what} needs two futures of each of the {self.n_draws} parameter "
                f"draws, {least:,} or more; found {self.n_members:,}. Ask for more members."
            )
