"""What a PDF says, read back as anybody's viewer reads it."""

import subprocess
from pathlib import Path

import pytest


def text_of(pdf: bytes, folder: Path) -> str:
    """The PDF's text, page by page, in layout."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    try:
        done = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine: `apt-get install poppler-utils`")
    return done.stdout.decode()


def squeezed(text: str) -> str:
    """Without blanks and line ends, so that a wrapped cell is found."""
    return "".join(text.split())


def pictures_in(pdf: bytes, folder: Path) -> int:
    """How many pictures the PDF carries."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    try:
        done = subprocess.run(["pdfimages", "-list", file], check=True, capture_output=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no pdfimages on this machine: `apt-get install poppler-utils`")
    return sum(" image " in line for line in done.stdout.decode().splitlines())
