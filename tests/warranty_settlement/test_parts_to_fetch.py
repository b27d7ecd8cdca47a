"""The supplier's old parts: what waits for it, what is on its way, and its receipt; nobody's name with them."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from parts.models import Supplier
from portal.core import jobs
from portal.core.models import Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.settlement import make_agreement, make_granted_claim, make_old_part
from tests.warranty_settlement.test_evidence_pack import TOLD
from warranty import appraisal, failed_parts, recovery
from warranty.models import FailedPart, PieceShipment, WarrantyClaim
from warranty.settlement_registry import supplier_work

PAGE = "/warranty/failed-parts/shipments/"


def disposed(desk: Desk, supplier: Any, part: Any) -> FailedPart:
    """A piece of a claim whose free text names everybody, disposed to its supplier."""
    claim = make_granted_claim(desk.station, part=part, qty=1)
    WarrantyClaim.objects.filter(pk=claim.pk).update(complaint=TOLD.format(station=desk.station.name))
    recovery.open_cases(claim)
    (piece,) = failed_parts.request_returns(claim)
    failed_parts.receive_piece(piece.number, actor=desk.warehouse)
    appraisal.appraise(piece, verdict="supplier_defect", actor=desk.appraiser)
    piece.refresh_from_db()
    appraisal.dispose(piece, disposition="to_supplier", actor=desk.appraiser)
    piece.refresh_from_db()
    return piece


def of_another(desk: Desk) -> FailedPart:
    other, part = Supplier.objects.create(code="SY", name="杭州电子有限公司"), make_old_part()
    make_agreement(other, part)
    return disposed(desk, other, part)


def send(desk: Desk, piece: FailedPart) -> PieceShipment:
    return failed_parts.send_pieces(
        [piece], carrier="德邦快递", waybill="DPK123", cost=Decimal("37.50"), actor=desk.warehouse
    )


def test_a_supplier_sees_what_waits_for_it_and_nothing_of_others(desk: Desk) -> None:
    mine, foreign = disposed(desk, desk.supplier, desk.part), of_another(desk)

    page = as_user(desk.supplier_user).get(PAGE)

    assert list(page.context["waiting"]) == [mine]
    text = page.content.decode()
    assert (mine.number in text, foreign.number in text) == (True, False)


def test_a_supplier_is_told_follows_and_confirms_its_shipment(desk: Desk) -> None:
    piece, foreign = disposed(desk, desk.supplier, desk.part), of_another(desk)
    row, other = send(desk, piece), send(desk, foreign)
    jobs.drain()
    client = as_user(desk.supplier_user)

    (told,) = Notification.objects.filter(user=desk.supplier_user, kind="pieceshipment.sent")
    work = [row.pk for each in supplier_work(desk.supplier_user) if each.key == "to_fetch" for row in each.rows]
    receive = reverse("piece_shipment_receive", args=[row.pk])
    key = client.get(receive).content.decode().split('name="idempotency_key" value="')[1].split('"')[0]
    done = client.post(receive, {"idempotency_key": key, "received_as": "刘工"})

    row.refresh_from_db()
    assert (told.url, work) == (row.get_absolute_url(), [row.pk])
    assert (done.status_code, row.received_as) == (302, "刘工")
    assert piece.custody.order_by("-sequence").values_list("act", "signed")[0] == ("handed_over", "刘工")
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(reverse("piece_shipment_receive", args=[other.pk])).status_code == 404


def test_no_page_names_a_station_a_customer_or_the_freight(desk: Desk) -> None:
    waiting, piece = disposed(desk, desk.supplier, desk.part), disposed(desk, desk.supplier, desk.part)
    row = send(desk, piece)
    client = as_user(desk.supplier_user)

    said = "".join(client.get(page).content.decode() for page in (PAGE, row.get_absolute_url()))

    assert all(number in said for number in (waiting.number, piece.number, "DPK123"))
    secrets = (desk.station.name, desk.station.code, "王秀英", "13800001234", "37.50", desk.warehouse.username)
    assert [secret for secret in secrets if secret in said] == []
    assert f"/warranty/failed-parts/{piece.pk}/" not in said
