"""The synthetic study that every test of this folder may ask for."""

from pathlib import Path
from typing import Any

import pytest
from tests.fixtures.synthetic_study import build_study


@pytest.fixture(scope="session")
def study() -> Any:
    """Six invented states over 333 months."""
    return build_study()


@pytest.fixture(scope="session")
def report_path(study: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic study's report as a file."""
    from comity.show import write_report

    return write_report(study, tmp_path_factory.mktemp("report") / "report.html")
