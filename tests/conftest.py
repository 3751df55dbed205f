"""What every kind of test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.weights import prepare_model

pytest_plugins = ["tests.counting", "tests.watching"]


@pytest.fixture(scope="session")
def model_home() -> Path:
    """A home with the built-in model ready: the checkout's own, which `make setup` has prepared already."""
    home = Path(__file__).parents[1] / ".sitasi"
    prepare_model(home)
    return home
