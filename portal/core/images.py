"""Reading, righting and shrinking pictures, and their perceptual hash. Not here: where they are kept."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageFile, ImageOps, UnidentifiedImageError

from portal.core import clock

MAX_PIXELS = 60_000_000
SERVED_EDGE = 2000
THUMB_EDGE = 320


class NotAPicture(Exception):
    """The bytes do not decode as an allowed picture; the text says why."""


@dataclass(frozen=True)
class Picture:
    """A decoded picture: what is served (JPEG, upright, without metadata), its thumbnail, hash and time taken."""

    served: bytes
    thumbnail: bytes
    width: int
    height: int
    perceptual_hash: str
    taken_at: datetime | None


def read_picture(raw: bytes) -> Picture:
    """Decode, turn by EXIF, drop all metadata, shrink. Raises NotAPicture for what is broken, too large or not a picture."""
    _register_heif()
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, lets half a picture pass in the whole process
    try:
        with Image.open(io.BytesIO(raw)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAPicture(f"{image.width} × {image.height}")
            taken_at = _taken_at(image)
            image.load()
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(str(error)) from error
    return Picture(
        served=_jpeg(upright, SERVED_EDGE, 85),
        thumbnail=_jpeg(upright, THUMB_EDGE, 78),
        width=upright.width,
        height=upright.height,
        perceptual_hash=perceptual_hash(upright),
        taken_at=taken_at,
    )


def perceptual_hash(image: Image.Image) -> str:
    """64 bits as 16 hex digits: each bit says whether a cell of a 9 × 8 gray picture is darker than its right neighbor."""
    gray = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    cells = gray.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left, right = cells[row * 9 + column], cells[row * 9 + column + 1]
            bits = bits << 1 | (left < right)
    return f"{bits:016x}"


def distance(first: str, second: str) -> int:
    """How many of the 64 bits differ."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


def _jpeg(image: Image.Image, edge: int, quality: int) -> bytes:
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _taken_at(image: Any) -> datetime | None:
    try:
        text = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=clock.SHANGHAI) if text else None
    except (ValueError, TypeError, KeyError, SyntaxError):
        return None


def place_of(raw: bytes) -> tuple[float, float] | None:
    """Latitude and longitude that the camera wrote into the picture; None where it wrote none that can be read."""
    _register_heif()
    try:
        with Image.open(io.BytesIO(raw)) as image:
            told = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude, longitude = _degrees(told[2]), _degrees(told[4])
        latitude, longitude = (
            (-latitude if told.get(1) == "S" else latitude),
            (-longitude if told.get(3) == "W" else longitude),
        )
    except Exception:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _register_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
