"""Made-up exploded views: the parts of a device along a slanted axis, each with the place of its number."""

import io
from random import Random

from PIL import Image, ImageDraw

WIDE, HIGH = 1000, 640
INK, SHADE, LIGHT = (38, 50, 62), (206, 214, 222), (236, 240, 244)


def exploded(dice: Random, pieces: int) -> tuple[bytes, list[tuple[float, float]]]:
    """A PNG of so many pieces, and for each the place of its number in percent of width and height."""
    image = Image.new("RGB", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(image)
    step = (WIDE - 260) / max(1, pieces - 1)
    axis = [(130 + step * n, HIGH - 170 - (HIGH - 340) * n / max(1, pieces - 1)) for n in range(pieces)]
    draw.line([(40, HIGH - 130), (WIDE - 40, 130)], fill=(176, 186, 196), width=2)
    places = []
    for n, (x, y) in enumerate(axis):
        half = dice.randrange(34, min(64, int(step / 2) + 20))
        _piece(draw, dice, x, y, half)
        over = n % 2 == 0
        label = (x + 30, y - half - 70) if over else (x - 30, y + half + 70)
        draw.line([(x, y - half if over else y + half), label], fill=INK, width=2)
        places.append((round(label[0] * 100 / WIDE, 2), round(label[1] * 100 / HIGH, 2)))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue(), places


def _piece(draw: ImageDraw.ImageDraw, dice: Random, x: float, y: float, half: int) -> None:
    """A plate, a drum or a frame with holes, drawn with a second edge behind it so that it has depth."""
    depth, shape = half // 3, dice.randrange(3)
    if shape == 0:
        box = (x - half, y - half * 1.2, x + half, y + half * 1.2)
        draw.ellipse((box[0] + depth, box[1] - depth, box[2] + depth, box[3] - depth), fill=SHADE, outline=INK, width=3)
        draw.ellipse(box, fill=LIGHT, outline=INK, width=3)
        draw.ellipse((x - half / 2, y - half / 2, x + half / 2, y + half / 2), fill="white", outline=INK, width=3)
        return
    box = (x - half, y - half, x + half, y + half)
    behind = (box[0] + depth, box[1] - depth, box[2] + depth, box[3] - depth)
    draw.rounded_rectangle(behind, 12, fill=SHADE, outline=INK, width=3)
    draw.rounded_rectangle(box, 12, fill=LIGHT, outline=INK, width=3)
    if shape == 1:
        for dx in (-0.6, 0.6):
            for dy in (-0.6, 0.6):
                cx, cy = x + half * dx, y + half * dy
                draw.ellipse((cx - 6, cy - 6, cx + 6, cy + 6), fill="white", outline=INK, width=2)
    else:
        draw.rounded_rectangle(
            (x - half * 0.55, y - half * 0.55, x + half * 0.55, y + half * 0.55), 8, fill="white", outline=INK, width=3
        )
