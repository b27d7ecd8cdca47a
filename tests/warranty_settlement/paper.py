"""What a PDF says, read back as anybody's viewer reads it."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image


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


def pages_seen(pdf: bytes, folder: Path) -> list[float]:
    """How much of each page is inked, as a share of its area: the PDF drawn to pictures as a printer would."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    for old in folder.glob("page-*.png"):
        old.unlink()
    try:
        subprocess.run(["pdftoppm", "-png", "-gray", "-r", "40", file, folder / "page"], check=True, timeout=120)
    except FileNotFoundError:
        pytest.skip("no pdftoppm on this machine: `apt-get install poppler-utils`")
    return [_inked(each) for each in sorted(folder.glob("page-*.png"))]


def _inked(picture: Path) -> float:
    with Image.open(picture) as page:
        shades = page.convert("L").histogram()
    return sum(shades[:200]) / sum(shades)
