"""The synthetic study that every test of this folder may ask for."""

from typing import Any

import pytest
from tests.fixtures.synthetic_study import build_study


@pytest.fixture(scope="session")
def study() -> Any:
    """Six invented states over 333 months."""
    return build_study()
