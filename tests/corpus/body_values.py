"""Small values that bodies of every app share."""

from datetime import timedelta
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core import clock
from tests.permissions.core import GIF_LIKE_PNG

type Body = dict[str, Any]
REASON: Final[Body] = {"reason": "两次整改仍未完成，经复核"}
NOTE: Final[Body] = {"note": "已核对"}


def picture() -> Any:
    return SimpleUploadedFile("a.png", GIF_LIKE_PNG, "image/png")


def today(**shift: int) -> str:
    return (clock.today() + timedelta(**shift)).isoformat()
