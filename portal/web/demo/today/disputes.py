"""Today's quarrels with suppliers: answers with disputes, one on paper, one denied, one re-routed, one on the bench again, one
that the bench cleared; money given up."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from parts.models import SupplierPart
from portal.core import clock
from portal.web.demo.pictures import paper
from portal.web.demo.story import Story
from warranty import chargebacks
from warranty.models import Chargeback, ChargebackLine

type Now = Callable[..., Any]
REFUSED = "我司出厂检验记录合格，批次无同类反馈，不认可该判定。"
FEE = "协议约定手续费按单收取，请核对。"
DENIED = "鉴定报告第 2 项实测值超出协议限值，附复测照片，请再次确认。"
PASSED_ON = "批号刻印显示为第二供方产品，改向其索赔。"
TEST = "供应商提供出厂检验报告，双方同意复检。"
CLEARED = "端子烧蚀痕迹为安装时压接不到位所致，非来料缺陷。"
GIVEN_UP = "供应商停产清算，款项已无法收回。"
SHOWN = 2  # whoever logs in as one of the first suppliers answers the note himself
ANSWERS = 3


def tell(story: Story, now: Now) -> None:
    """Some suppliers answer; of what they dispute, one line goes each way it can, the others wait for finance."""
    _answer(story, now)
    finance = story.people["finance2"]
    disputed = ChargebackLine.objects.in_dispute().filter(answer_by=None, tested_since=None)
    found = disputed.select_related("chargeback__supplier", "case__part").order_by("-pk")
    lines = sorted(found[:60], key=lambda line: line.kind != "part")
    if lines:
        now(partial(_second_source, story, lines[0]))
    clear = partial(_clear, second=story.people["appraiser2"])
    ways: tuple[Callable[[ChargebackLine, Any], Any], ...] = (_pass_on, _test_again, clear, _deny)
    for way in ways:
        taken = now(partial(_first_that_fits, lines, way, finance), finance)
        lines = [line for line in lines if taken is None or line.case.line_id != taken.case.line_id]
    _give_up(story, now)


def _answer(story: Story, now: Now) -> None:
    """The parts are disputed, the rest is accepted; the last supplier writes a letter, which finance enters."""
    notes = Chargeback.objects.filter(status__in=("sent", "acknowledged")).exclude(
        supplier__in=story.things["suppliers"][:SHOWN]
    )
    finance = story.people["finance2"]
    for number, note in enumerate(notes.select_related("supplier").order_by("-claimed", "pk")[:ANSWERS], start=1):
        if number == ANSWERS:
            now(partial(_enter_letter, note, finance), finance)
            continue
        user = story.people[f"supplier{int(note.supplier.code[-2:])}"]
        if note.status == "sent":
            now(partial(chargebacks.acknowledge_chargeback, note, actor=user), user)
        answers = {line.pk: _line_answer(line) for line in chargebacks.lines_to_answer(note)}
        now(partial(chargebacks.answer_chargeback, note, answers=answers, actor=user), user)


def _enter_letter(note: Chargeback, finance: Any) -> None:
    answers = {line.pk: _line_answer(line) for line in chargebacks.lines_to_answer(note)}
    letter = ContentFile(paper(), "供应商答复函.pdf")
    chargebacks.enter_answer(note, answers=answers, received_on=clock.today(), paper=letter, actor=finance)


def _line_answer(line: ChargebackLine) -> chargebacks.LineAnswer:
    if line.kind == "part":
        return chargebacks.LineAnswer(accepted=Decimal(0), reason=REFUSED)
    if line.kind == "handling":
        return chargebacks.LineAnswer(accepted=Decimal(0), reason=FEE)
    return chargebacks.LineAnswer(accepted=line.claimed)


def _second_source(story: Story, line: ChargebackLine) -> None:
    """Purchasing finds that the part came from another supplier too."""
    part = line.case.part
    if part.suppliers.count() > 1:
        return
    first = part.suppliers.get()
    other = next(each for each in story.things["suppliers"][SHOWN:] if each.pk != first.supplier_id)
    SupplierPart.objects.create(
        supplier=other, part=part, contract_price=first.contract_price, lead_days=first.lead_days,
        supplier_part_number=f"{part.number}-B", valid_from=first.valid_from,
    )  # fmt: skip


def _first_that_fits(lines: list[ChargebackLine], way: Callable[[ChargebackLine, Any], Any], actor: Any) -> Any:
    return next((line for line in lines if way(line, actor)), None)


def _pass_on(line: ChargebackLine, actor: Any) -> bool:
    if line.kind != "part":
        return False
    candidates = chargebacks.look_at_rerouting(line).candidates
    if not candidates:
        return False
    chargebacks.reroute_dispute(line, supplier=candidates[0].supplier, reason=PASSED_ON, actor=actor)
    return True


def _test_again(line: ChargebackLine, actor: Any) -> bool:
    pieces = chargebacks.pieces_to_test(line) if line.kind == "part" else []
    if not pieces or any(piece.status not in ("inspected", "held") for piece in pieces):
        return False
    chargebacks.ask_further_test(line, reason=TEST, actor=actor)
    return True


def _clear(line: ChargebackLine, actor: Any, *, second: Any) -> bool:
    """The bench finds the station at fault; what the supplier had accepted for the part is to be decided about."""
    pieces = chargebacks.pieces_to_test(line) if line.kind == "part" else []
    if any(piece.appraisals.filter(appraiser=second).exists() for piece in pieces) or not _test_again(line, actor):
        return False
    for test in line.further_tests.order_by("pk"):
        chargebacks.judge_again(test, verdict="workmanship", findings=CLEARED, actor=second)
    return True


def _deny(line: ChargebackLine, actor: Any) -> bool:
    chargebacks.decide_dispute(line, outcome="denied", note=DENIED, actor=actor)
    return True


def _give_up(story: Story, now: Now) -> None:
    """The oldest note that silence accepted and nobody paid."""
    unpaid = Chargeback.objects.filter(status="accepted", recovered=0, disputed=0, accepted__gt=0).order_by(
        "sent_at", "pk"
    )
    for note in unpaid[:1]:
        finance = story.people["finance2"]
        now(partial(chargebacks.give_up_unpaid, note, reason=GIVEN_UP, actor=finance), finance)
