"""One part of a line table: `python linetable_part.py SPEC.json` writes SPEC.pdf. Imports little, so it starts fast."""

import sys
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst


def render(spec: Path) -> None:
    """The PDF of the part lies beside its spec."""
    typst.compile(  # type: ignore[misc]
        Path(__file__).with_name("linetable.typ"),
        output=str(spec.with_suffix(".pdf")),
        root="/",
        sys_inputs={"spec": str(spec)},
        font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
        ignore_system_fonts=True,
    )


if __name__ == "__main__":
    render(Path(sys.argv[1]))
