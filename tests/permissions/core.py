"""Files, documents, health."""

from typing import Any

from django.core.files.base import ContentFile

from portal.core.attachments import attach
from portal.core.documents import document_kind, issue_document
from tests.permissions import ALL, HQ, STATION_A, Row, everybody, only

GIF_LIKE_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)
document_kind("test_paper", template="pdf/base.html", title="测试")


def photo_of_station_a(cast: Any) -> list[Any]:
    """A picture on station_a's record."""
    return [attach(cast.station_a, ContentFile(GIF_LIKE_PNG, "a.png"), kind="photo", actor=cast.clerk_a).pk]


def paper_of_station_a(cast: Any) -> list[Any]:
    """A document on station_a's record."""
    return [issue_document("test_paper", subject=cast.station_a, number="TP-1", facts={}, actor=cast.clerk_a).pk]


SEES_A = (*HQ, *STATION_A, "region_manager", "center_clerk")
OTHERS = tuple(name for name in ALL if name not in SEES_A)
ROWS = [
    Row("attachment", args=photo_of_station_a, get=only(*SEES_A, hidden=OTHERS, anonymous=404)),
    Row(
        "attachment_size",
        args=lambda cast: [*photo_of_station_a(cast), "thumb"],
        get=only(*SEES_A, hidden=OTHERS, anonymous=404),
    ),
    Row("document", args=paper_of_station_a, get=only(*SEES_A, hidden=OTHERS, anonymous=404)),
    Row("verify", args=lambda cast: ["x" * 20], get=everybody(404)),
    Row("livez", get=everybody()),
    Row("readyz", get=everybody()),
    Row("metrics", get=everybody()),
]
