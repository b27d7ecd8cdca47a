"""Deposits, renewals, payments; one station suspended and two that leave in the last weeks."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from portal.core import clock
from portal.web.demo.story import BUSY, Story
from stations import account_statements, contracts, dealer_account, deposits, exits, lifecycle, payments, renewals
from stations.models import ExitItemStatus, Station, StationExit

WITHOUT_DEPOSIT = 8  # of so many stations one has not paid it
ENDING = 3  # so many of the ending contracts have a following one on its way


def plan(story: Story) -> None:
    """Everything at its time; needs the stations."""
    finance, manager = story.people["finance"], story.people["manager"]
    stations = story.things["stations"]
    for number, station in enumerate(stations):
        if number % WITHOUT_DEPOSIT != WITHOUT_DEPOSIT - 2:
            story.plan(
                story.begin + timedelta(days=2 + number % 5, hours=11), partial(_deposit, story, station), by=finance
            )
    lasting = clock.local_date(story.until) + timedelta(days=60)
    quiet = [each for each in stations[BUSY + 1 :] if each.contracts.filter(valid_to__gt=lasting).exists()]
    if len(quiet) > 1:
        suspended, leaving = quiet[len(quiet) // 3], quiet[len(quiet) * 2 // 3]
        story.plan(story.until - timedelta(days=3, hours=4), partial(_suspend, story, suspended), by=manager)
        story.plan(story.until - timedelta(days=6, hours=3), partial(_leave, story, leaving), by=manager)
        story.plan(story.until - timedelta(days=1, hours=2), partial(_hand_in, story, leaving), by=manager)
    if len(quiet) > 9:
        gone = quiet[-1]
        story.plan(story.until - timedelta(days=200), partial(_leave, story, gone), by=manager)
        story.plan(story.until - timedelta(days=100), partial(_close, story, gone), by=manager)
    if len(stations) > BUSY:
        busy = stations[BUSY]
        story.plan(story.until - timedelta(days=40), partial(_pay, story, busy), by=finance)
        story.plan(story.until - timedelta(days=9), partial(_tell_account, story, busy), by=finance)
    story.plan(story.until - timedelta(days=5, hours=1), partial(_renew, story), by=manager)


def _deposit(story: Story, station: Station) -> None:
    contract = station.contracts.earliest("pk")
    deposits.receive_deposit(
        contract, amount=contract.deposit_due, bank_reference=f"ICBC{station.pk:010d}", actor=story.people["finance"]
    )


def _suspend(story: Story, station: Station) -> None:
    lifecycle.suspend_station(station, reason="整改通知两次到期未完成，暂停接单", actor=story.people["manager"])


def _leave(story: Story, station: Station) -> None:
    lifecycle.terminate_station(station, reason="经销商转型退出，双方协商解除合同", actor=story.people["manager"])


def _hand_in(story: Story, station: Station) -> None:
    """The equipment is back; stock, statement and deposit wait."""
    item = StationExit.objects.get(station=station).items.get(key="equipment")
    exits.confirm_item(
        item, actor=story.people["manager"], evidence="设备交接单 SB-0117", note="检测设备齐全，门头已拆除"
    )


def _close(story: Story, station: Station) -> None:
    """A hundred days later everything is decided."""
    found, manager = StationExit.objects.get(station=station), story.people["manager"]
    exits.settle_found(found)
    for item in found.items.filter(status=ExitItemStatus.PENDING).order_by("pk"):
        if item.key in {"equipment", "stock"}:
            exits.confirm_item(item, actor=manager, evidence=f"交接单 {found.number}")
    for contract in station.contracts.all():
        if held := deposits.held_by(contract):
            deposits.return_deposit(
                contract, amount=held, bank_reference=f"CMB{contract.pk:010d}", actor=story.people["finance"]
            )
    exits.settle_found(found)
    for item in found.items.filter(status=ExitItemStatus.PENDING).order_by("pk"):
        exits.waive_item(item, reason="金额已从末期结算中扣清", actor=story.people["approver"])
    exits.complete_exit(found, actor=manager)


def _pay(story: Story, station: Station) -> None:
    account = dealer_account.account_of(station)
    if account.used > 0:
        payments.record_payment(
            account, amount=min(account.used, Decimal(50_000)), bank_reference="ICBC2026101500077", station=station,
            note="十月配件款", actor=story.people["finance"],
        )  # fmt: skip


def _tell_account(story: Story, station: Station) -> None:
    last = clock.today().replace(day=1) - timedelta(days=1)
    account = dealer_account.account_of(station)
    account_statements.issue_account_statement(
        account, first=last.replace(day=1), last=last, actor=story.people["finance"]
    )


def _renew(story: Story) -> None:
    """Of the contracts that end soon one is prepared, one agreed, one signed."""
    manager = story.people["manager"]
    ending = list(contracts.ending_soon(clock.today(), 60).select_related("station")[:ENDING])
    for step, contract in enumerate(ending):
        station: Any = contract.station
        renewal = renewals.prepare_renewal(station, actor=manager, note="按原条款续签一年")
        if step:
            renewal = renewals.agree_renewal(renewal, signatory=station.contact_name, actor=story.owner_of(station))
        if step == ENDING - 1:
            renewals.sign_renewal(renewal, actor=manager)
