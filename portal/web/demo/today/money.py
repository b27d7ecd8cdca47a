"""Today's papers about money: statements to issue and to answer, one disputed, one voided; fines; notes to send and to answer."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from portal.core.errors import Refusal
from portal.web.demo.pictures import paper
from portal.web.demo.story import BUSY, Story
from warranty import chargebacks, claim_reports, fines, settlement
from warranty.models import Chargeback, RecoveryCase, Statement, StationFine, WarrantyClaim

type Now = Callable[..., Any]


def tell(story: Story, now: Now) -> None:
    """Finance has drafts and cases, an owner a statement, the suppliers notes."""
    _statements(story, now)
    _fines(story, now)
    _notes(story, now)
    _report(story, now)


def _fines(story: Story, now: Now) -> None:
    """One fine stands, one was taken back, one waits for another person."""
    manager, finance, approver = (story.people[name] for name in ("manager", "finance", "approver"))
    said = (
        ("FINE_OVERCHARGED", 500, "保内维修向用户收取上门费 80 元，录音核实属实"),
        ("FINE_LATE", 200, "承诺次日上门，实际第四日到达且未提前告知用户"),
        ("FINE_CONDUCT", 300, "飞行检查发现未按要求拍摄铭牌和旧件照片"),
    )
    for number, (code, amount, text) in enumerate(said):
        fine = now(partial(_propose, story, number, code, Decimal(amount), text, manager), manager)
        if number < 2:
            now(partial(fines.approve_fine, fine, actor=approver, answer="情况属实，按网络管理办法执行"), approver)
        if number == 1:
            reason = "服务站补充材料证明当日道路封闭，予以撤销"
            now(partial(fines.take_back_fine, fine, reason=reason, actor=finance), finance)


def _propose(story: Story, number: int, code: str, amount: Decimal, text: str, actor: Any) -> StationFine:
    station = story.things["stations"][BUSY if number < 2 else 0]
    return fines.propose_fine(
        station, amount=amount, reason_code=code, reason=text, document_number=f"罚字〔2026〕{number + 1} 号",
        document=ContentFile(paper(), "处罚通知书.pdf"), actor=actor,
    )  # fmt: skip


def _statements(story: Story, now: Now) -> None:
    finance = story.people["finance"]
    drafts = list(Statement.objects.filter(status="draft").order_by("-gross", "pk"))
    for number, draft in enumerate(drafts[:2]):
        issued = now(partial(settlement.issue_statement, draft, actor=finance), finance)
        line = issued.lines.order_by("position").first() if issued else None
        if number == 1 and line is not None:
            owner = story.owner_of(issued.station)
            reasons = {line.pk: "金额与我方记录不符，请核对工时标准"}
            now(partial(settlement.dispute_lines, issued, reasons=reasons, actor=owner), owner)
    for draft in drafts[2:3]:
        now(partial(settlement.void_draft, draft, actor=finance), finance)


def _notes(story: Story, now: Now) -> None:
    finance = story.people["finance"]
    made: list[Chargeback] = []
    for supplier in story.things["suppliers"]:
        note = now(partial(_batch, supplier, finance), finance)
        if note is not None:
            made.append(note)
    for number, note in enumerate(made):
        if number % 4 in (0, 1, 3):
            sent = now(partial(chargebacks.send_chargeback, note, actor=finance), finance)
            if number % 4 == 1:
                user = story.people[f"supplier{int(note.supplier.code[-2:])}"]
                now(partial(chargebacks.acknowledge_chargeback, sent, actor=user), user)
                now(partial(_reply, sent, user), user)
    _withdraw(now, finance, made)
    _write_off(now, story.people["finance2"])


def _reply(note: Chargeback, user: Any) -> None:
    """The supplier says how the defect came about."""
    reply = ContentFile(paper(), "8D报告.pdf")
    chargebacks.file_reply(note, upload=reply, actor=user, remark="根因：电容批次不良，已切换供货批次")


def _report(story: Story, now: Now) -> None:
    """Finance has the newest claims of the busy station on paper."""
    finance, claims = story.people["finance"], WarrantyClaim.objects.exclude(number="")
    newest = claims.filter(station=story.things["stations"][BUSY]).order_by("-pk").values_list("pk", flat=True)[:12]
    chosen = claims.filter(pk__in=list(newest))
    if newest:
        now(partial(claim_reports.ask_report, chosen, actor=finance, language="zh-hans"), finance)


def _batch(supplier: Any, finance: Any) -> Chargeback | None:
    """A few of the open cases stand on a note; the others wait for the end of the month."""
    cases = list(RecoveryCase.objects.filter(supplier=supplier, status="open").order_by("pk"))
    try:
        return chargebacks.batch_chargebacks(supplier, actor=finance, cases=cases[: max(1, len(cases) // 2)])
    except Refusal:
        return None


def _withdraw(now: Now, finance: Any, made: list[Chargeback]) -> None:
    """One note was put together too early: it is taken back, and the cases wait for the next one."""
    for note in [note for number, note in enumerate(made) if number % 4 == 2][:1]:
        now(partial(chargebacks.withdraw_chargeback, note, actor=finance), finance)
        now(partial(_batch, note.supplier, finance), finance)


def _write_off(now: Now, finance: Any) -> None:
    """A dispute nobody wins any more."""
    disputed = Chargeback.objects.filter(status="disputed").order_by("pk")
    for note in disputed[:1]:
        for line in note.lines.filter(is_live=True, disputed__gt=0, outcome="").order_by("pk"):
            now(partial(chargebacks.resolve_dispute, line, outcome="written_off", actor=finance, note="双方协商放弃"))
