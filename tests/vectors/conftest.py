"""An adapter whose file the folder lacks is not collected, and so neither fails nor is skipped."""

from pathlib import Path

from tests.vectors.cases import FOLDER


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """True for test_<function>.py without <function>.json."""
    name = collection_path.stem
    if name.startswith("test_") and not (FOLDER / f"{name.removeprefix('test_')}.json").exists():
        return True
    return None
