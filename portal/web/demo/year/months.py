"""What the calendar brings: the night's jobs, statements on the 5th, notes to suppliers on the 8th, and the answers."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from portal.core import clock
from portal.core.errors import Refusal
from portal.web.demo.pictures import paper
from portal.web.demo.story import Story
from stations.contracts import begin_contracts, expire_contracts, tell_ending
from stations.exits import settle_exits
from warranty import chargebacks, fines, recovery, settlement
from warranty.models import Chargeback, RecoveryCase, Statement, StationFine
from warranty.settlement_jobs import build_last_month, old_parts_daily, recovery_daily, statements_daily

REFUSED = chargebacks.LineAnswer(accepted=Decimal(0), reason="不属于供方责任，批次检测均合格。")
ENDS = ("conceded", "written_off", "station")
NEVER_ANSWERS = 7  # one supplier never does: silence accepts
OPEN_LINES = "工时费不在协议约定范围，请提供维修记录。"


def is_kept(story: Story, day: date) -> bool:
    """Whether that night's jobs are played: every seventh night, those that build statements, and all of the last ten days."""
    return day.day == 5 or day.toordinal() % 7 == 0 or clock.local_date(story.until) - day < timedelta(days=10)


def daily() -> None:
    """What runs every night by itself."""
    expire_contracts()
    begin_contracts()
    tell_ending()
    settle_exits()
    for work in (old_parts_daily, recovery_daily, statements_daily, build_last_month):
        work()


def plan_months(story: Story) -> None:
    """Statements on the 5th, notes on the 8th of every month; a fine once makes a month negative."""
    first = clock.local_date(story.begin).replace(day=1)
    finance = story.people["finance"]
    for ahead in range(14):
        year, month = divmod(first.month - 1 + ahead, 12)
        start = date(first.year + year, month + 1, 1)
        story.plan(story.moment(start.replace(day=5), 8), partial(_issue, story, start), by=finance)
        story.plan(story.moment(start.replace(day=8), 10), partial(_charge, story), by=finance)


def plan_fine(story: Story) -> None:
    """Seven weeks ago a small station was fined more than it earned: its month is carried on, and the next one absorbs it."""
    day = clock.local_date(story.until) - timedelta(days=50)
    manager, approver = story.people["manager"], story.people["approver"]
    story.plan(story.moment(day, 15), partial(_fine, story, manager), by=manager)
    story.plan(story.moment(day, 16), partial(_approve_fines, approver), by=approver)


def _fine(story: Story, manager: Any) -> None:
    fines.propose_fine(
        story.things["stations"][0], amount=Decimal(2_000), reason_code="FINE_CONDUCT",
        reason="两次使用非原厂配件，经旧件鉴定和现场核实属实", document_number="罚字〔2026〕0 号",
        document=ContentFile(paper(), "处罚通知书.pdf"), actor=manager,
    )  # fmt: skip


def _approve_fines(approver: Any) -> None:
    for fine in StationFine.objects.filter(status="proposed"):
        fines.approve_fine(fine, actor=approver, answer="情况属实，同意处罚")


def _issue(story: Story, month: date) -> None:
    """The drafts that the night has built are issued; most owners confirm, silence confirms the rest."""
    period = (month - timedelta(days=1)).replace(day=1)
    drafts = list(Statement.objects.filter(period=period, status="draft").order_by("pk"))
    late = 5 if story.until - clock.now() < timedelta(days=31) else 0  # finance has not come to these yet
    for draft in drafts[late:]:
        statement = settlement.issue_statement(draft, actor=story.people["finance"])
        owner = story.owner_of(statement.station)
        if story.chance(0.85):
            at = story.office(story.later(clock.now(), 5, 120))
            story.plan(at, partial(_confirm, story, statement.pk, owner), by=owner)


def _confirm(story: Story, key: int, owner: Any) -> None:
    statement = Statement.objects.get(pk=key)
    if statement.status != "issued":
        return
    confirmed = settlement.confirm_statement(statement, actor=owner)
    if confirmed.net > 0:
        at = story.office(story.later(clock.now(), 20, 90))
        story.plan(at, partial(_pay, story, key), by=story.people["finance"])


def _pay(story: Story, key: int) -> None:
    finance = story.people["finance"]
    statement = Statement.objects.get(pk=key)
    invoice = f"{story.dice.randrange(10**8):08d}"
    statement = settlement.record_invoice(statement, invoice_number=invoice, amount=statement.gross, actor=finance)
    if story.chance(0.95):
        reference = f"ICBC{story.dice.randrange(10**10):010d}"
        settlement.pay_statement(statement, bank_reference=reference, actor=finance)


def _name_suppliers(story: Story) -> None:
    """Most cases that could be charged to two are given to one of them; the others still lie in the queue today."""
    for case in RecoveryCase.objects.filter(status="unassigned").order_by("pk"):
        found = recovery.candidates_of(case)
        if found and story.chance(0.8):
            recovery.assign_supplier(case, found[-1].supplier, actor=story.people["finance2"])


def _charge(story: Story) -> None:
    finance = story.people["finance"]
    _name_suppliers(story)
    for number, supplier in enumerate(story.things["suppliers"], start=1):
        try:
            note = chargebacks.send_chargeback(chargebacks.batch_chargebacks(supplier, actor=finance), actor=finance)
        except Refusal:
            continue
        shown = number <= 2 and story.until - clock.now() < timedelta(days=31)  # their logins have a note to answer
        if number != NEVER_ANSWERS and not shown:
            user = story.people[f"supplier{number}"]
            at = story.office(story.later(clock.now(), 30, 300))
            story.plan(at, partial(_answer, story, note.pk, user), by=user)


def _answer(story: Story, key: int, user: Any) -> None:
    note = chargebacks.acknowledge_chargeback(Chargeback.objects.get(pk=key), actor=user)
    refuses = user.username == "supplier3" and story.chance(0.4)
    answers = {line.pk: REFUSED if refuses else _line_answer(story, line) for line in note.lines.order_by("pk")}
    chargebacks.answer_chargeback(note, answers=answers, actor=user)
    finance = story.people["finance"]
    story.plan(story.office(story.later(clock.now(), 100, 500)), partial(_collect, story, key), by=finance)


def _line_answer(story: Story, line: Any) -> Any:
    if line.kind == "part" or story.chance(0.8):
        return chargebacks.LineAnswer(accepted=line.claimed)
    return chargebacks.LineAnswer(accepted=Decimal(0), reason=OPEN_LINES)


def _collect(story: Story, key: int) -> None:
    """The supplier pays what it accepted; what it disputes finds who bears it, mostly."""
    finance = story.people["finance"]
    note = Chargeback.objects.get(pk=key)
    for line in note.lines.filter(is_live=True, disputed__gt=0, outcome="").order_by("pk"):
        if story.chance(0.8):
            outcome = story.dice.choice(ENDS if line.claim_line_id else ENDS[:2])  # no station received a handling fee
            chargebacks.resolve_dispute(
                line, outcome=outcome, actor=story.people["finance2"], note="与供应商核对后处理"
            )
    note.refresh_from_db()
    if note.accepted > 0:
        reference = f"CCB{story.dice.randrange(10**10):010d}"
        chargebacks.record_supplier_payment(note, amount=note.accepted, bank_reference=reference, actor=finance)
