"""What every test may lean on.  Sockets are off: no test speaks to a network."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import disable_socket

ROOT = Path(__file__).parent.parent

# The suite draws the same examples each time, so that red means a change broke something.
# `HYPOTHESIS_PROFILE=explore make test` draws new ones: do that to look for faults.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", settings.get_profile("default"))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_runtest_setup() -> None:
    """Refuse every connection but those inside this machine's own files."""
    disable_socket(allow_unix_socket=True)


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real public data, or skip the test where it is not."""
    folder = Path(os.environ.get("ANSWERBACK_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "README.md").exists():
        pytest.skip("needs the real public data: set ANSWERBACK_DATA to its folder")
    return folder
