"""How an old part ends: as its verdict allows, scrap before two witnesses with a certificate."""

from pathlib import Path

import pytest

from portal.core.documents import documents_of, pdf_bytes
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import appraisal, failed_parts
from warranty.failed_parts_custody import custody_faults
from warranty.models import FailedPart


def inspected(desk: Desk, verdict: str = "supplier_defect") -> FailedPart:
    (piece,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict=verdict, findings="焊点虚焊，与客户使用无关", actor=desk.appraiser)
    return FailedPart.objects.get(pk=piece.pk)


def test_scrap_needs_two_witnesses_besides_the_one_who_scraps(desk: Desk) -> None:
    piece = inspected(desk)

    for witnesses in ([], [desk.second], [desk.second, desk.appraiser]):
        with pytest.raises(appraisal.WitnessesMissing):
            appraisal.dispose(piece, disposition="scrap", witnesses=witnesses, actor=desk.appraiser)

    assert FailedPart.objects.get(pk=piece.pk).status == "inspected"


def test_scrap_leaves_a_certificate_with_both_names(desk: Desk, tmp_path: Path) -> None:
    piece = inspected(desk)

    appraisal.dispose(piece, disposition="scrap", witnesses=[desk.second, desk.warehouse], actor=desk.appraiser)

    text = squeezed(text_of(pdf_bytes(documents_of(piece, "scrap_certificate").get()), tmp_path))
    assert piece.number in text
    assert str(desk.second) in text
    assert str(desk.warehouse) in text
    last = piece.custody.order_by("-sequence")[0]
    assert (last.act, str(desk.second) in last.note) == ("dispositioned", True)
    assert custody_faults(piece) == []


@pytest.mark.parametrize(("verdict", "refused"), [("workmanship", "to_supplier"), ("supplier_defect", "refurbish")])
def test_a_verdict_allows_only_its_own_ends(desk: Desk, verdict: str, refused: str) -> None:
    with pytest.raises(appraisal.DispositionNotAllowed):
        appraisal.dispose(inspected(desk, verdict), disposition=refused, actor=desk.appraiser)


def test_the_page_asks_for_witnesses_and_takes_them(desk: Desk) -> None:
    piece = inspected(desk)
    client, address = as_user(desk.appraiser), f"/warranty/failed-parts/{piece.pk}/dispose/"
    key = client.get(address).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]

    alone = client.post(address, {"idempotency_key": key, "disposition": "scrap"})
    both = client.post(
        address,
        {"idempotency_key": key, "disposition": "scrap", "witnesses": [desk.second.pk, desk.warehouse.pk]},
    )

    assert (alone.status_code, both.status_code) == (409, 302)
    assert FailedPart.objects.get(pk=piece.pk).disposition == "scrap"
    assert "废" in client.get(f"/warranty/failed-parts/{piece.pk}/").content.decode()
