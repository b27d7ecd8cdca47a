"""Made-up photos and papers: each different, small, and honest about being a demo."""

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw


def photo(dice: Random, text: str, *, plate: bool = False) -> bytes:
    """A JPEG of 240 × 180: a device of random shapes, or a serial plate; no two alike."""
    ground = tuple(dice.randrange(150, 235) for _ in range(3))
    image = Image.new("RGB", (240, 180), ground)
    draw = ImageDraw.Draw(image)
    for _ in range(14):
        x, y = dice.randrange(240), dice.randrange(180)
        shade = tuple(dice.randrange(20, 240) for _ in range(3))
        draw.rectangle((x, y, x + dice.randrange(10, 100), y + dice.randrange(10, 80)), fill=shade)
    if plate:
        draw.rectangle((30, 60, 210, 120), fill=(245, 246, 247), outline=(40, 50, 60), width=2)
    draw.text((40, 80), text, fill=(20, 30, 40), font_size=14)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


@cache
def paper() -> bytes:
    """A one-page PDF that says it is a sample."""
    from portal.core.documents import html_to_pdf

    return html_to_pdf("<h1 style='font-family:Noto Sans SC'>示例文件 Sample document</h1>")
