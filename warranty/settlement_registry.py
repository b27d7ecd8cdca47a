"""What the floor and the roof learn of old parts, statements and recovery. Called in AppConfig.ready()."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock, events, registries, timeline
from portal.core.documents import document_kind, money_said
from portal.core.parameters import param
from portal.core.registries import Hit, WorkItem, Worklist
from portal.core.show import money
from stations.exits import exit_kind
from stations.grading import lock_months
from stations.words import name_entry
from warranty import (
    chargebacks,
    further_test_documents,
    recovery_registry,
    settlement_imports,
    settlement_parameters,  # noqa: F401 declares
    shipment_documents,
)
from warranty.appraisal import SECOND_NEEDED, VERDICTS_DIFFER
from warranty.appraisal_documents import bench_pictures, scrap_pictures, signed_pictures
from warranty.bench_work import bench_work, due_at, piece_item
from warranty.chargebacks_documents import NOTE_COLUMNS
from warranty.costs.report import KIND as COST_REPORT
from warranty.disputed_lines import disputed_work
from warranty.evidence import evidence_pictures
from warranty.exit_items import OLD_PARTS_ITEM
from warranty.failed_parts.discrepancies import note_due
from warranty.models import Chargeback, ChargebackLine, FailedPart, PartBox, PieceShipment, Statement
from warranty.old_part_notices import is_conceded, was_witnessed
from warranty.paper_standings import note_today, statement_today
from warranty.settlement_checks import CHECKS
from warranty.settlement_documents import STATEMENT_COLUMNS
from warranty.settlement_posting import month_is_closed
from warranty.settlement_states import (
    ANSWERS,
    ON_ITS_WAY,
    UNANSWERED,
    FailedPartStatus,
    PartBoxStatus,
    StatementStatus,
)
from warranty.settlement_words import DISPOSITIONS, NOTICES

TITLES = {
    "jobrun.document_issued": _("Report read and issued"),
    "failedpart.requested": _("Old part asked back"),
    "failedpart.tagged": _("Tag of the old part printed"),
    "failedpart.printed_again": _("Copy of the tag printed"),
    "failedpart.packed": _("Old part packed"),
    "failedpart.shipped": _("Old part shipped"),
    "failedpart.received": _("Old part received by the factory"),
    "failedpart.missing": _("Old part missing in its box"),
    "failedpart.extended": _("Return of the old part extended"),
    "failedpart.extension_asked": _("More time asked for"),
    "failedpart.extension_refused": _("More time refused"),
    "failedpart.overdue": _("Old part overdue, amount debited"),
    "failedpart.reminded": _("Station reminded of the old part"),
    "failedpart.second_verdict_needed": _("First verdict given, a second appraiser is needed"),
    "failedpart.verdicts_differ": _("Two appraisers differ, another decides"),
    "failedpart.ruled": _("Ruled between the appraisers"),
    "failedpart.inspected": _("Old part appraised"),
    "failedpart.document_issued": _("Paper of the old part filed"),
    "failedpart.tested_again": _("Old part tested again for its supplier's dispute"),
    "failedpart.held": _("Old part kept for now"),
    "failedpart.kept_longer": _("Old part kept longer"),
    "pieceshipment.sent": _("Old parts sent on"),
    "pieceshipment.document_issued": _("Consignment note issued"),
    "furthertest.document_issued": _("Retest order issued"),
    "pieceshipment.received": _("Old parts received by their receiver"),
    "failedpart.dispositioned": _("Old part disposed of"),
    "failedpart.lost": _("Old part given up as lost"),
    "failedpart.waived": _("Return of the old part waived"),
    "partbox.packed": _("Box packed"),
    "partbox.opened": _("Box begun"),
    "partbox.open": _("Box opened again"),
    "partbox.sealed": _("Box sealed"),
    "partbox.extra_found": _("Piece without a tag found in the box"),
    "partbox.extra_struck": _("Extra piece struck out"),
    "partbox.discrepancy_noted": _("Discrepancy note written"),
    "partbox.document_issued": _("Discrepancy note filed"),
    "partbox.shipped": _("Box shipped"),
    "partbox.received": _("Box received and unpacked"),
    "statement.built": _("Statement built as a draft"),
    "statement.issued": _("Statement issued"),
    "statement.document_issued": _("Statement filed as a document"),
    "statement.reminded": _("Station reminded of the statement"),
    "statement.confirmed": _("Statement confirmed"),
    "statement.superseded": _("Lines disputed, statement superseded"),
    "statement.carried": _("Negative balance carried to the next month"),
    "statement.invoiced": _("Invoice of the station entered"),
    "statement.paid": _("Statement paid"),
    "statement.voided": _("Draft voided"),
}


INNER = (SECOND_NEEDED, VERDICTS_DIFFER, "failedpart.ruled")  # stations and suppliers read the verdict that came of it


def register() -> None:
    """Words for events and entries, documents, subscribers, worklists, search and checks."""
    for kind, text in TITLES.items():
        timeline.title(kind, text)
    timeline.keep_inside(*INNER)
    registries.notices.update(NOTICES)
    exit_kind(OLD_PARTS_ITEM)
    lock_months(month_is_closed)
    name_entry("statement", _("Statement confirmed"))
    name_entry("statement_payment", _("Statement paid"))
    document_kind(
        "statement",
        template="pdf/statement.html",
        title=_("Claim settlement statement"),
        permission="warranty.view_statement",
        public=(("number", _("Number")), ("gross", _("Gross"), money_said), ("fingerprint", _("Fingerprint"))),
        line_columns=STATEMENT_COLUMNS,
        bilingual=True,
        standing=statement_today,
    )
    document_kind(
        "chargeback",
        template="pdf/chargeback.html",
        title=_("Chargeback note"),
        permission="warranty.view_chargeback",
        public=(("number", _("Number")), ("claimed", pgettext_lazy("chargeback", "Claimed"), money_said)),
        line_columns=NOTE_COLUMNS,
        bilingual=True,
        pictures=evidence_pictures,
        standing=note_today,
    )
    document_kind(
        COST_REPORT,
        template="pdf/cost_report.html",
        title=_("Cost report"),
        permission="warranty.view_costs",
        public=[
            ("number", _("Number")),
            ("read_at", pgettext_lazy("report", "As of")),
            ("total", _("Cost"), money_said),
        ],
    )
    document_kind(
        "credit_note",
        template="pdf/credit_note.html",
        title=_("Credit note to a supplier"),
        permission="warranty.view_chargeback",
        public=(("number", _("Number")), ("note", _("Credits note")), ("amount", _("Credited"), money_said)),
        bilingual=True,
    )
    document_kind(
        "discrepancy_note",
        template="pdf/discrepancy_note.html",
        title=_("Discrepancy note on a box of old parts"),
        permission="warranty.view_partbox",
        public=(
            ("number", _("Number")),
            ("station_code", _("Station")),
            ("received_on", pgettext_lazy("goods", "Received on")),
        ),
        bilingual=True,
        pictures=signed_pictures,
    )
    document_kind(
        "scrap_certificate",
        template="pdf/scrap_certificate.html",
        title=_("Scrap certificate"),
        permission="warranty.view_failedpart",
        public=(("number", _("Number")), ("part", _("Part")), ("scrapped_on", _("Scrapped on"))),
        bilingual=True,
        pictures=scrap_pictures,
    )
    shipment_documents.register()
    further_test_documents.register()
    document_kind(
        "appraisal_report",
        template="pdf/appraisal_report.html",
        title=_("Appraisal report of an old part"),
        permission="warranty.view_failedpart",
        public=(("number", _("Number")), ("part", _("Part"))),
        bilingual=True,
        pictures=bench_pictures,
    )
    for kind in ("warrantyclaim.approved", "warrantyclaim.partially_approved"):
        events.subscribe(kind, "warranty.follow_approval")
    for kind in ("appeal.upheld", "appeal.partly_upheld"):
        events.subscribe(kind, "warranty.follow_appeal")
    events.subscribe("warrantyclaim.reversed", "warranty.follow_reversal")
    for kind in ("warrantyclaim.withdrawn", "warrantyclaim.rejected"):
        events.subscribe(kind, "warranty.follow_end_of_review")
    events.subscribe("incentive.granted", "warranty.credit_incentive")
    for kind in ("failedpart.extended", "failedpart.extension_refused"):
        events.subscribe(kind, "warranty.tell_extension")
    for kind in (SECOND_NEEDED, VERDICTS_DIFFER):
        events.subscribe(kind, "warranty.tell_waiting_verdict")
    events.subscribe("partbox.discrepancy_noted", "warranty.tell_discrepancy")
    events.subscribe("statement.issued", "warranty.tell_statement")
    events.subscribe("statement.superseded", "warranty.tell_dispute")
    for kind in ("part.made_in_house", "importbatch.applied"):
        events.subscribe(kind, "warranty.follow_in_house")
    events.subscribe("chargeback.sent", "warranty.tell_chargeback")
    events.subscribe("chargeback.dispute_denied", "warranty.tell_denial")
    events.subscribe("chargeback.dispute_resolved", "warranty.tell_favor", when=chargebacks.tells_favor)
    events.subscribe("chargeback.credited", "warranty.tell_credit")
    events.subscribe("chargeback.dispute_resolved", "warranty.tell_conceded", when=is_conceded)
    events.subscribe("chargeback.answered_again", "warranty.tell_second_answer")
    events.subscribe("chargeback.tested_again", "warranty.tell_tested_again")
    events.subscribe("failedpart.dispositioned", "warranty.tell_witnesses", when=was_witnessed)
    events.subscribe("chargeback.doubted", "warranty.tell_doubt")
    events.subscribe("pieceshipment.sent", "warranty.tell_shipment")
    events.subscribe("chargeback.reply_filed", "warranty.tell_reply")
    registries.worklist(station_work)
    registries.worklist(headquarters_work)
    registries.worklist(supplier_work)
    recovery_registry.register()
    registries.search(find)
    settlement_imports.register()
    for name, check in CHECKS.items():
        registries.check_books(name, check)


def _box(box: PartBox) -> WorkItem:
    due = note_due(box)
    return WorkItem(
        number=box.number,
        title=str(box.station),
        url=reverse("part_box_receive", args=[box.pk]),
        detail=box.waybill,
        status=str(box.get_status_display()),
        tone="bad" if due and due < clock.now() else "wait",
        due_at=due,
        due_label=str(_("discrepancy note")),
        action=str(_("Unpack")),
    )


def _kept(piece: FailedPart) -> WorkItem:
    return replace(piece_item(piece), tone="wait", due_at=due_at(piece.held_until), due_label=str(_("kept until")))


def _missing(piece: FailedPart) -> WorkItem:
    return replace(piece_item(piece), tone="bad", status=str(_("not in its box")))


def _going(piece: FailedPart) -> WorkItem:
    begun = piece.disposed_at or clock.now()
    last = clock.local_date(begun) + timedelta(days=param("warranty.send_back_days", begun))
    due = last if piece.disposition == "to_station" else None
    tone = "bad" if due and due < clock.today() else "wait"
    words = str(DISPOSITIONS[piece.disposition])
    return replace(piece_item(piece), tone=tone, status=words, due_at=due_at(due), due_label=str(_("must be sent")))


def station_work(user: Any) -> Iterator[Worklist]:
    """Old parts to return and statements to answer, for the station."""
    if user.has_perm("warranty.pack_box"):
        rows = FailedPart.objects.visible_to(user).filter(status__in=ON_ITS_WAY[:3]).order_by("due_on", "pk")
        rows = rows.select_related("part", "claim")
        url = reverse("failed_parts_to_return")
        yield Worklist("failed_parts", _("Old parts to return"), rows, piece_item, url, tone="wait")
        gone = FailedPart.objects.visible_to(user).missing_in_box().select_related("part", "claim")
        url = f"{reverse('failed_part_list')}?status={FailedPartStatus.SHIPPED}"
        yield Worklist("missing_pieces", _("Old parts missing in their box"), gone, _missing, url, tone="bad")
    if user.has_perm("warranty.confirm_statement"):
        issued = Statement.objects.visible_to(user).order_by("answer_by")
        yield _statements(issued, "statements", _("Statements to confirm"), StatementStatus.ISSUED)


def _statements(rows: "QuerySet[Statement]", key: str, label: Any, status: str) -> Worklist:
    rows = rows.filter(status=status).select_related("station")
    return Worklist(key, label, rows, _statement, f"{reverse('statement_list')}?status={status}", tone="wait")


def _statement(row: Statement) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=f"{row.period:%Y-%m} ¥{row.gross:,.2f}",
        url=row.get_absolute_url(),
        detail=str(row.station),
        status=str(row.get_status_display()),
        tone="wait",
        due_at=due_at(row.answer_by),
    )


def headquarters_work(user: Any) -> Iterator[Worklist]:
    """The bench, the drafts, invoices to enter and payments to make, disputes to decide."""
    yield from bench_work(user)
    if user.has_perm("warranty.dispose_failedpart"):
        kept = FailedPart.objects.visible_to(user).kept_too_long(clock.today()).select_related("part", "claim")
        yield Worklist("kept", _("Kept old parts whose day has come"), kept, _kept, reverse("failed_part_list"))
    if user.has_perm("warranty.send_failedparts"):
        going = FailedPart.objects.visible_to(user).to_send_on().select_related("part", "claim")
        url = reverse("failed_parts_send_on")
        yield Worklist("send_on", _("Old parts to send on"), going, _going, url, tone="wait")
    if user.has_perm("warranty.extend_failedpart"):
        asked = FailedPart.objects.visible_to(user).asking_for_time().select_related("part", "claim")
        yield Worklist(
            "more_time", _("More time asked for"), asked, piece_item, reverse("failed_part_list"), tone="wait"
        )
    if user.has_perm("warranty.close_box"):
        boxes = PartBox.objects.visible_to(user).filter(status=PartBoxStatus.SHIPPED, unpacking_at__isnull=False)
        boxes = boxes.select_related("station").order_by("unpacking_at", "pk")
        yield Worklist("unpacking", _("Boxes being unpacked"), boxes, _box, reverse("failed_part_receive"))
    if user.has_perm("warranty.pay_statement"):
        statements = Statement.objects.visible_to(user).order_by("period")
        for status, label in (
            (StatementStatus.DRAFT, _("Statements to issue")),
            (StatementStatus.CONFIRMED, _("Invoices to enter")),
            (StatementStatus.INVOICED, _("Statements to pay")),
        ):
            yield _statements(statements, f"statements_{status}", label, status)
        yield disputed_work(user)
    if user.has_perm("warranty.resolve_chargeback"):
        yield Worklist(
            "disputes", _("Disputes to decide"), _disputes(user), _dispute, reverse("chargeback_list"), tone="wait"
        )
        page = f"{reverse('chargeback_list')}?waits=doubt"
        yield Worklist("doubts", _("Accepted charges in doubt"), _doubts(user), _doubt, page, tone="bad")


def _doubts(user: Any) -> "QuerySet[ChargebackLine]":
    """Lines that a further test put in doubt, of notes that somebody else made."""
    lines = ChargebackLine.objects.visible_to(user).in_doubt().exclude(chargeback__batched_by=user.pk)
    return lines.select_related("chargeback__supplier").order_by("doubted_at", "pk")


def _doubt(row: ChargebackLine) -> WorkItem:
    return WorkItem(
        number=row.chargeback.number,
        title=row.text,
        url=reverse("chargeback_doubt", args=[row.pk]),
        detail=f"{row.chargeback.supplier} · {money(row.accepted)}",
        status=str(_("cleared by a further test")),
        tone="bad",
        action=str(_("Decide")),
    )


def _disputes(user: Any) -> "QuerySet[ChargebackLine]":
    """Open disputes of notes that somebody else made."""
    lines = ChargebackLine.objects.visible_to(user).with_us(clock.today())
    found = lines.filter(chargeback__status__in=ANSWERS).exclude(chargeback__batched_by=user.pk)
    return found.select_related("chargeback__supplier").order_by("chargeback__answered_at", "pk")


def _dispute(row: ChargebackLine) -> WorkItem:
    return WorkItem(
        number=row.chargeback.number,
        title=row.text,
        url=reverse("chargeback_resolve", args=[row.pk]),
        detail=f"{row.chargeback.supplier} · {money(row.disputed)}",
        status=str(pgettext_lazy("chargeback", "Disputed")),
        tone="wait",
    )


def supplier_work(user: Any) -> Iterator[Worklist]:
    """Notes to answer and old parts on their way, for the supplier."""
    if user.has_perm("warranty.answer_chargeback"):
        rows = Chargeback.objects.visible_to(user).filter(status__in=UNANSWERED).order_by("answer_by")
        yield Worklist("chargebacks", _("Notes to answer"), rows, _note, reverse("chargeback_list"), tone="wait")
        denied = ChargebackLine.objects.visible_to(user).in_dispute().filter(answer_by__isnull=False)
        denied = denied.select_related("chargeback").order_by("answer_by", "pk")
        yield Worklist(
            "denied", _("Denied disputes to answer"), denied, _denied, reverse("chargeback_list"), tone="bad"
        )
        sent = PieceShipment.objects.visible_to(user).filter(received_at=None).order_by("shipped_at", "pk")
        yield Worklist("to_fetch", _("Parts to fetch"), sent, _arriving, reverse("piece_shipment_list"), tone="wait")


def _denied(row: ChargebackLine) -> WorkItem:
    return WorkItem(
        number=row.chargeback.number,
        title=row.text,
        url=reverse("chargeback_answer", args=[row.chargeback_id]),
        detail=money(row.disputed),
        status=str(pgettext_lazy("dispute", "Dispute denied")),
        tone="wait",
        due_at=due_at(row.answer_by),
    )


def _arriving(row: PieceShipment) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=f"{row.carrier} {row.waybill}",
        url=reverse("piece_shipment_receive", args=[row.pk]),
        status=str(_("On its way")),
        tone="wait",
        action=str(_("Confirm receipt")),
    )


def _note(row: Chargeback) -> WorkItem:
    return WorkItem(
        number=row.number,
        title=f"¥{row.claimed:,.2f}",
        url=row.get_absolute_url(),
        status=str(row.get_status_display()),
        tone="wait",
        due_at=due_at(row.answer_by),
    )


def find(user: Any, text: str) -> Iterator[Hit]:
    """Old parts, statements and notes by part of their number."""
    for model, permission, label in (
        (FailedPart, "warranty.view_failedpart", _("Old part")),
        (Statement, "warranty.view_statement", _("Statement")),
        (Chargeback, "warranty.view_chargeback", _("Chargeback note")),
    ):
        if user.has_perm(permission):
            rows: Any = model._default_manager
            for row in rows.visible_to(user).filter(number__holds=text)[:3]:
                yield Hit(label, row.number, str(row.get_status_display()), row.get_absolute_url())
