"""Hand-overs signed by hand or by a confirmed name: kept, chained into the log, printed, asked for where headquarters says so."""

import base64
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image, ImageDraw

from portal.core.attachments import BadFile
from portal.core.documents import documents_of, pdf_bytes
from portal.core.parameters import set_parameter
from tests.conftest import as_user
from tests.database import owner
from tests.desks import Desk, make_desk
from tests.factories.settlement import make_granted_claim
from tests.warranty_settlement.paper import pictures_in, squeezed, text_of
from tests.warranty_settlement.test_disposition import kept_long_enough, scrap
from warranty import appraisal, failed_parts, recovery
from warranty.failed_parts_custody import all_custody_faults, custody_faults, faults_in, named
from warranty.failed_parts_documents import packing_list_page, packing_list_pictures, pieces_in
from warranty.models import CustodyEntry, FailedPart, PartBox, PieceShipment
from warranty.signatures import (
    LARGEST_DRAWING,
    NotAWitness,
    Signature,
    SignatureMissing,
    SignatureNameless,
    SignedForBoth,
)


def drawn(end: int = 180) -> bytes:
    """A stroke on white, as the pad sends it."""
    picture = Image.new("RGB", (200, 80), "white")
    ImageDraw.Draw(picture).line((20, 60, end, 20), fill="black", width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def sealed(desk: Desk) -> PartBox:
    pieces = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=2))
    box = failed_parts.pack_box(
        desk.station, pieces=failed_parts.print_tags(pieces, actor=desk.owner), actor=desk.owner
    )
    return failed_parts.seal_box(box, weight_kg=Decimal(3), actor=desk.owner)


def ship(desk: Desk, box: PartBox, signature: Signature | None = None) -> PartBox:
    return failed_parts.ship_box(
        box, carrier="顺丰", waybill="SF1", weight_kg=Decimal(3), signature=signature, actor=desk.owner
    )


def last(piece: FailedPart, act: str) -> CustodyEntry:
    return piece.custody.filter(act=act).latest("sequence")


def test_what_the_driver_draws_enters_every_log_by_its_hash_and_shows(desk: Desk) -> None:
    box = ship(desk, sealed(desk), Signature("张师傅", drawn()))

    pieces = pieces_in(box)
    seals = {last(piece, "shipped").signature for piece in pieces}
    assert len(seals) == 1
    assert len(seals.pop()) == 64
    assert [fault for piece in pieces for fault in custody_faults(piece)] == list(all_custody_faults()) == []
    assert box.driver == "张师傅"
    picture = next(iter(packing_list_pictures(box)))
    assert picture in packing_list_page(box, pieces)
    for page in (pieces[0].get_absolute_url(), box.get_absolute_url()):
        assert 'class="signature"' in as_user(desk.owner).get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_was_exchanged_breaks_the_log(june: Any) -> None:
    desk = make_desk()
    box = ship(desk, sealed(desk), Signature("张师傅", drawn()))
    piece = pieces_in(box)[0]

    with owner() as db:
        db.execute("SET session_replication_role = replica")
        db.execute("UPDATE warranty_custodyentry SET signature = 'typed' WHERE failed_part_id = %s", [piece.pk])

    assert custody_faults(piece)


def test_a_confirmed_name_stands_for_a_signature_and_the_page_says_so(desk: Desk) -> None:
    box = ship(desk, sealed(desk), Signature("张师傅", confirmed=True))

    piece = pieces_in(box)[0]
    assert (last(piece, "shipped").signed, last(piece, "shipped").signature) == ("张师傅", "typed")
    assert "以输入姓名确认" in packing_list_page(box, pieces_in(box))
    assert "以输入姓名 张师傅 代替签名" in as_user(desk.owner).get(piece.get_absolute_url()).content.decode()


def test_the_receipt_is_signed_for_every_piece_that_came_and_on_the_note(desk: Desk) -> None:
    box = ship(desk, sealed(desk))
    came, missing = pieces_in(box)
    failed_parts.receive_piece(came.number, box=box, actor=desk.warehouse)

    failed_parts.close_box(box, signature=Signature("李仓管", drawn()), actor=desk.warehouse)

    assert last(came, "receipt_signed").signed == "李仓管"
    assert not missing.custody.filter(act="receipt_signed").exists()
    (signed,) = documents_of(box, "discrepancy_note").get().facts["signatures"]
    assert (signed["name"], signed["typed"]) == ("李仓管", False)
    assert signed["photo"]["sha256"] == last(came, "receipt_signed").signature


def test_a_signature_is_asked_for_from_the_day_headquarters_says(desk: Desk, june: Any) -> None:
    box = sealed(desk)
    june("2025-06-02 09:00:00")
    set_parameter("warranty.signature_required", value=True, actor=None)
    june("2025-06-03 09:00:00")

    for nothing in (None, Signature("张师傅"), Signature("", confirmed=True)):
        with pytest.raises(SignatureMissing):
            ship(desk, box, nothing)
    ship(desk, box, Signature("张师傅", confirmed=True))

    for piece in pieces_in(box):
        failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    box.refresh_from_db()
    assert box.status == "shipped"  # its last piece does not close it: somebody has to sign
    with pytest.raises(SignatureMissing):
        failed_parts.close_box(box, actor=desk.warehouse)


BLANK = Image.new("RGB", (200, 80), "white")


@pytest.mark.parametrize("wrong", ["nameless", "no png", "too large", "cut off", "blank"])
def test_an_unsound_drawing_is_refused_and_nothing_is_shipped(desk: Desk, wrong: str) -> None:
    box = sealed(desk)
    blank = io.BytesIO()
    BLANK.save(blank, "PNG")
    signature, refusal = {
        "nameless": (Signature(" ", drawn()), SignatureNameless),
        "no png": (Signature("张师傅", b"GIF89a" + drawn()), BadFile),
        "too large": (Signature("张师傅", drawn() + b"0" * LARGEST_DRAWING), BadFile),
        "cut off": (Signature("张师傅", drawn()[:60]), BadFile),
        "blank": (Signature("张师傅", blank.getvalue()), SignatureMissing),
    }[wrong]

    with pytest.raises(refusal):
        ship(desk, box, signature)

    box.refresh_from_db()
    assert box.status == "sealed"


def test_the_page_takes_a_drawing_and_a_confirmed_name(desk: Desk) -> None:
    client, box = as_user(desk.owner), sealed(desk)
    said = {"carrier": "顺丰", "waybill": "SF1", "weight_kg": "3", "freight": "0", "driver": "张师傅"}
    page = client.get(f"/warranty/boxes/{box.pk}/ship/").content.decode()
    assert "data-sign=" in page
    assert "js/sign.js" in page

    broken = client.post(f"/warranty/boxes/{box.pk}/ship/", said | {"drawing": "data:image/png;base64,!"})
    assert broken.status_code == 422
    drawing = "data:image/png;base64," + base64.b64encode(drawn()).decode()
    assert client.post(f"/warranty/boxes/{box.pk}/ship/", said | {"drawing": drawing}).status_code == 302

    assert len(last(pieces_in(box)[0], "shipped").signature) == 64


def to_send(desk: Desk) -> FailedPart:
    """A piece that waits to go to its supplier."""
    claim = make_granted_claim(desk.station, part=desk.part, qty=1)
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    piece.refresh_from_db()
    return appraisal.dispose(piece, disposition="to_supplier", actor=desk.appraiser)


def send_on(desk: Desk, piece: FailedPart, **signed: Signature) -> PieceShipment:
    return failed_parts.send_pieces([piece], carrier="德邦", waybill="DB1", actor=desk.warehouse, **signed)


def test_both_sides_sign_for_what_is_sent_on_in_every_log_and_on_paper(desk: Desk, tmp_path: Path) -> None:
    piece = to_send(desk)

    row = send_on(desk, piece, handed_by=Signature("李仓管", drawn()), driver=Signature("张师傅", drawn(150)))

    given, taken = piece.custody.order_by("sequence").filter(act__in=("release_signed", "sent_on"))
    assert [(each.act, each.signed, len(each.signature)) for each in (given, taken)] == [
        ("release_signed", "李仓管", 64),
        ("sent_on", "张师傅", 64),
    ]
    assert given.signature != taken.signature
    assert custody_faults(piece) == []
    note = documents_of(row, "consignment_note").get()
    pdf = pdf_bytes(note)
    said = squeezed(text_of(pdf, tmp_path))
    assert [each for each in ("李仓管", "张师傅", piece.number, desk.part.number) if each not in said] == []
    assert (piece.claim.number in said, desk.station.code in said) == (False, False)
    assert pictures_in(pdf, tmp_path) == 2
    for reader, page, shown in ((desk.warehouse, piece, 2), (desk.warehouse, row, 2), (desk.supplier_user, row, 0)):
        text = as_user(reader).get(page.get_absolute_url()).content.decode()
        assert (text.count('class="signature"'), "李仓管" in text) == (shown, bool(shown))
    assert as_user(desk.supplier_user).get(f"/documents/{note.pk}/").status_code == 200
    public = as_user(None).get(f"/verify/{note.token}/").content.decode()
    assert row.number in public


def test_a_seal_of_the_giver_that_was_exchanged_breaks_the_log(desk: Desk) -> None:
    piece = to_send(desk)
    send_on(desk, piece, handed_by=Signature("李仓管", confirmed=True), driver=Signature("张师傅", confirmed=True))
    entries = list(piece.custody.order_by("sequence"))

    broken = [each for each in entries if each.act == "release_signed"]
    broken[0].signed = "王仓管"

    assert custody_faults(piece) == []
    assert len(list(faults_in(piece.number, entries))) == 1


def test_both_sides_are_asked_to_sign_from_the_day_headquarters_says_and_are_two(desk: Desk, june: Any) -> None:
    piece = to_send(desk)
    june("2025-06-02 09:00:00")
    set_parameter("warranty.signature_required", value=True, actor=None)
    june("2025-06-03 09:00:00")
    giver, driver = Signature("李仓管", confirmed=True), Signature("张师傅", drawn())

    for signed, field in (({}, "handed_by"), ({"handed_by": giver}, "driver"), ({"driver": driver}, "handed_by")):
        with pytest.raises(SignatureMissing) as refused, transaction.atomic():
            send_on(desk, piece, **signed)
        assert refused.value.field == field
    with pytest.raises(SignedForBoth):
        send_on(desk, piece, handed_by=giver, driver=giver)

    assert send_on(desk, piece, handed_by=giver, driver=driver).driver == "张师傅"


def test_what_is_sent_on_is_signed_on_the_page(desk: Desk) -> None:
    piece, client = to_send(desk), as_user(desk.warehouse)
    page = client.get("/warranty/failed-parts/send-on/").content.decode()
    assert page.count("data-sign=") == 2
    drawing = "data:image/png;base64," + base64.b64encode(drawn()).decode()
    said = {
        "pieces": [piece.pk], "carrier": "德邦", "waybill": "DB1", "cost": "0", "handed_by": "李仓管",
        "handed_by_confirmed": "on", "driver": "张师傅", "driver_drawing": drawing,
    }  # fmt: skip

    assert client.post("/warranty/failed-parts/send-on/", said).status_code == 302

    assert (last(piece, "release_signed").signature, len(last(piece, "sent_on").signature)) == ("typed", 64)


def test_witnesses_of_scrapping_sign_each_once_by_their_name(desk: Desk) -> None:
    piece = kept_long_enough(desk)
    names = [named(each) for each in (desk.second, desk.warehouse)]
    for wrong in ([names[0], names[0]], [names[0], "路人"]):
        with pytest.raises(NotAWitness):
            scrap(desk, piece, signatures=[Signature(name, drawn()) for name in wrong])

    piece = scrap(desk, piece, signatures=[Signature(names[0], drawn()), Signature(names[1], confirmed=True)])

    seen = piece.custody.filter(act="witnessed").order_by("sequence")
    assert [(each.signed, each.signature == "typed") for each in seen] == [(names[0], False), (names[1], True)]
    facts = documents_of(piece, "scrap_certificate").get().facts["signatures"]
    assert [(each["name"], each["typed"]) for each in facts] == [(names[0], False), (names[1], True)]
    assert custody_faults(piece) == []
