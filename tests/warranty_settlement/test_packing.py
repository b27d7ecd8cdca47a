"""A box grows scan by scan on a phone, gives a piece back, is sealed and opened again; the page does the same."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.core.states import TransitionNotAllowed
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_granted_claim
from tests.factories.stations import make_member, make_station
from tests.warranty_settlement.paper import squeezed, text_of
from warranty import failed_parts
from warranty.failed_parts_custody import custody_faults
from warranty.failed_parts_documents import packing_list_pdf
from warranty.models import FailedPart, PartBox


def tagged(desk: Desk, qty: int = 2) -> list[FailedPart]:
    pieces = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=qty))
    return failed_parts.print_tags(pieces, actor=desk.owner)


def scan(desk: Desk, piece: FailedPart, box: PartBox | None = None) -> PartBox:
    return failed_parts.scan_into_box(box, scanned=failed_parts.qr_of(piece), actor=desk.owner)


def test_the_first_scan_opens_a_box_and_the_next_makes_it_grow(desk: Desk) -> None:
    first, second = tagged(desk)

    box = scan(desk, first)
    again = failed_parts.scan_into_box(box, scanned=second.number.lower(), actor=desk.owner)

    assert (box.pk, box.station, box.status) == (again.pk, desk.station, "open")
    assert [piece.status for piece in box.pieces.order_by("pk")] == ["packed", "packed"]
    last = first.custody.order_by("-sequence")[0]
    assert (last.act, last.place, last.signed, last.note) == (
        "packed",
        desk.station.code,
        desk.owner.username,
        box.number,
    )
    assert custody_faults(first) == []


def test_a_scan_is_refused_in_words_and_the_box_stays_as_it_was(desk: Desk) -> None:
    first, second = tagged(desk)
    (untagged,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    box = scan(desk, first)

    for scanned, refusal in (
        (failed_parts.qr_of(first), failed_parts.InTheBoxAlready),
        (failed_parts.qr_of(second)[:-1] + "#", failed_parts.BadTag),
        ("FP-000000-999999", failed_parts.UnknownTag),
        (untagged.number, failed_parts.TagFirst),
    ):
        with pytest.raises(refusal):
            failed_parts.scan_into_box(box, scanned=scanned, actor=desk.owner)

    assert [piece.pk for piece in box.pieces.all()] == [first.pk]


def test_a_tag_of_another_station_is_unknown_and_one_of_a_sister_station_does_not_fit(desk: Desk) -> None:
    (mine, _second) = tagged(desk)
    foreign, sister = make_station(), make_station(dealer=desk.station.dealer)
    box = scan(desk, mine)
    for station, refusal in ((foreign, failed_parts.UnknownTag), (sister, failed_parts.ForeignPiece)):
        (piece,) = failed_parts.request_returns(make_granted_claim(station, part=desk.part, qty=1))
        with pytest.raises(refusal):
            failed_parts.scan_into_box(box, scanned=piece.number, actor=of_the_dealer(desk))


def of_the_dealer(desk: Desk) -> Any:
    return make_member("station_owner", dealer=desk.station.dealer)


def test_a_piece_taken_out_can_be_packed_again(desk: Desk) -> None:
    first, second = tagged(desk)
    box = scan(desk, second, scan(desk, first))

    out = failed_parts.take_out(box, piece=first, actor=desk.owner)
    with pytest.raises(failed_parts.NotInTheBox):
        failed_parts.take_out(box, piece=first, actor=desk.owner)
    back = scan(desk, first, box)

    assert (out.status, back.pieces.count()) == ("tagged", 2)
    acts = list(first.custody.order_by("sequence").values_list("act", flat=True))
    assert acts == ["requested", "tagged", "packed", "taken_out", "packed"]
    assert custody_faults(first) == []


def test_a_sealed_box_takes_nothing_until_it_is_opened_again(desk: Desk) -> None:
    first, second = tagged(desk)
    box = failed_parts.seal_box(scan(desk, first), weight_kg=Decimal("1.250"), seal="S-77", actor=desk.owner)

    with pytest.raises(failed_parts.BoxIsShut):
        scan(desk, second, box)
    with pytest.raises(failed_parts.BoxIsShut):
        failed_parts.take_out(box, piece=first, actor=desk.owner)
    opened = failed_parts.reopen_box(box, actor=desk.owner)

    assert (box.status, box.weight_kg, box.seal) == ("sealed", Decimal("1.250"), "S-77")
    assert (opened.status, opened.seal, opened.sealed_at) == ("open", "", None)
    assert scan(desk, second, opened).pieces.count() == 2


def test_an_empty_box_is_neither_sealed_nor_shipped(desk: Desk) -> None:
    first, _second = tagged(desk)
    box = scan(desk, first)
    failed_parts.take_out(box, piece=first, actor=desk.owner)

    with pytest.raises(failed_parts.NothingToPack):
        failed_parts.seal_box(box, weight_kg=Decimal(1), actor=desk.owner)
    with pytest.raises(failed_parts.NothingToPack):
        failed_parts.ship_box(box, carrier="顺丰", waybill="SF1", weight_kg=Decimal(1), actor=desk.owner)


def test_the_driver_confirms_the_hand_over_and_a_shipped_box_stays_shut(desk: Desk) -> None:
    first, _second = tagged(desk)
    box = failed_parts.seal_box(scan(desk, first), weight_kg=Decimal("1.2"), actor=desk.owner)

    box = failed_parts.ship_box(
        box, carrier="顺丰速运", waybill="SF1", weight_kg=Decimal("1.2"), driver="李师傅", actor=desk.owner
    )

    last = first.custody.order_by("-sequence")[0]
    assert (last.act, last.taker, last.signed, last.place) == ("shipped", "顺丰速运", "李师傅", desk.station.code)
    with pytest.raises(TransitionNotAllowed):
        failed_parts.reopen_box(box, actor=desk.owner)


def post(client: Any, address: str, **values: Any) -> Any:
    key = client.get(address).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    return client.post(address, {"idempotency_key": key, **values}, follow=True)


def test_the_page_packs_scan_by_scan_and_says_what_lies_in_the_box(desk: Desk) -> None:
    first, second = tagged(desk)
    client = as_user(desk.owner)

    opened = post(client, "/warranty/failed-parts/packing/", scanned=failed_parts.qr_of(first))
    box = PartBox.objects.get()
    address = f"/warranty/boxes/{box.pk}/pack/"
    grown = post(client, address, scanned=second.number)
    refused = post(client, address, scanned=second.number)
    smaller = post(client, f"/warranty/boxes/{box.pk}/take-out/", piece=second.pk)

    assert opened.redirect_chain[0][0].startswith(address)
    assert f"✓ {second.number}" in grown.content.decode()
    assert (refused.status_code, f"{second.number} 已" in refused.content.decode()) == (409, True)
    assert smaller.redirect_chain[0][0] == address
    assert [piece.pk for piece in box.pieces.all()] == [first.pk]
    assert as_user(make_member("station_owner", station=make_station())).get(address).status_code == 404


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "电源模块"), ("en", "Power module")])
def test_the_box_list_shows_weight_seal_and_names(desk: Desk, tmp_path: Path, language: str, name: str) -> None:
    from django.utils import translation

    first, _second = tagged(desk)
    box = failed_parts.seal_box(scan(desk, first), weight_kg=Decimal("1.250"), seal="S-77", actor=desk.owner)

    with translation.override(language):
        text = squeezed(text_of(packing_list_pdf(box), tmp_path))

    assert [word in text for word in (name.replace(" ", ""), "1.250", "S-77")] == [True] * 3
