"""docs/requirements.md says what stands: its count ties, every file it names exists, what is done names a test."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/requirements.md").read_text()
ROWS = [[cell.strip() for cell in line.split(" | ")] for line in TEXT.splitlines() if re.match(r"\| L?\d+ \|", line)]


def test_the_count_ties_with_the_rows() -> None:
    counted = Counter(row[2] for row in ROWS)

    assert len(ROWS) == 108 + 14
    assert f"Now: {counted['done']} done, {counted['thin']} thin, {counted['not yet']} not yet." in TEXT


def test_every_file_that_is_named_exists_and_what_is_done_names_its_test() -> None:
    named = re.findall(r"`([\w/.]+\.(?:py|js|html|csv)|\w[\w/]*/)`", TEXT)

    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [row[0] for row in ROWS if row[2] == "done" and "tests/" not in row[4]] == []
