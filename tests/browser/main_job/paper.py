"""What stands in a PDF."""

import subprocess


def text_of(pdf: bytes) -> str:
    """Its text, as a reader could search it."""
    assert pdf.startswith(b"%PDF"), pdf[:80]
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()
