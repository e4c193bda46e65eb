"""What every test may rely on: its folder is its marker, no network, global randomness kept."""

import os
import pickle
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest

TESTS = Path(__file__).parent
hypothesis.settings.register_profile("pr", derandomize=True, deadline=None)
hypothesis.settings.register_profile("nightly", max_examples=1000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "pr"))


def only_loopback(event: str, arguments: tuple) -> None:
    """Stop a connection to another machine before it is made."""
    if event == "socket.connect" and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
        host = arguments[1][0]
        if host not in ("localhost", "::1") and not host.startswith("127."):
            raise RuntimeError(f"a test tried to reach {host}; only the loopback is allowed")


sys.addaudithook(only_loopback)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-nightly", action="store_true", help="also the tests marked nightly")
    parser.addoption("--update-golden", action="store_true", help="store new reference results")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])
    if not config.getoption("--run-nightly"):
        nightly = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if item not in nightly]


@pytest.fixture(autouse=True)
def _global_randomness_kept() -> Iterator[None]:
    before = pickle.dumps(np.random.get_state())  # noqa: NPY002  the state that is guarded
    yield
    if pickle.dumps(np.random.get_state()) != before:  # noqa: NPY002
        pytest.fail("the test drew from NumPy's global random numbers", pytrace=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of public data sets that are never part of the project."""
    folder = Path(os.environ.get("COMITY_DATA", TESTS.parents[1] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data folder at {folder}; name one in the variable COMITY_DATA")
    return folder
