"""The synthetic study that every test of this folder may ask for."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "fixtures" / "synthetic_study.py"


def synthetic_module() -> ModuleType:
    """Load the synthetic study once, under one name for all folders."""
    if "synthetic_study" not in sys.modules:
        spec = importlib.util.spec_from_file_location("synthetic_study", SOURCE)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["synthetic_study"] = module
        spec.loader.exec_module(module)
    return sys.modules["synthetic_study"]


@pytest.fixture(scope="session")
def study() -> Any:
    """Six invented states over 333 months."""
    return synthetic_module().build_study()


@pytest.fixture(scope="session")
def report_path(study: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic study's report as a file."""
    from comity.show import write_report

    return write_report(study, tmp_path_factory.mktemp("report") / "report.html")
