"""What every test may lean on."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def shared_data() -> Path:
    """The folder of real public data; tests that need it skip where it is not."""
    folder = Path(os.environ.get("ANSWERBACK_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "README.md").exists():
        pytest.skip(f"needs the real public data, which is not at {folder.name}/")
    return folder
