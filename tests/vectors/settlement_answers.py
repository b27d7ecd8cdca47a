"""Vectors of old parts, recovery and statements as input to their pure rules, and the answers as the vectors write them."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from portal.core.money import round_money
from warranty import failed_parts_rules as returns
from warranty import recovery_rules as recovery
from warranty import settlement_rules as settlement

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(text: str | None) -> dt.date | None:
    """A written day."""
    return dt.date.fromisoformat(text) if text else None


def local_day(text: str | None) -> dt.date | None:
    """The day in Shanghai of a written instant."""
    return dt.datetime.fromisoformat(text).astimezone(SHANGHAI).date() if text else None


def money(amount: Decimal) -> str:
    """As the vectors write it."""
    return str(round_money(amount))


def failed_part(given: dict[str, Any]) -> dict[str, Any]:
    schedule = returns.return_schedule(
        dt.date.fromisoformat(given["requested_on"]), extension_days=given.get("extension_days") or 0
    )
    as_of = local_day(given["as_of"])
    assert as_of is not None
    posts = returns.return_effect(
        schedule,
        amount=Decimal(given["amount"]),
        as_of=as_of,
        received_on=local_day(given.get("received_at")),
        accepted_on=day(given.get("accepted_on")),
    )
    return {
        "due": schedule.due_on.isoformat(),
        "reminder": schedule.reminder_on.isoformat(),
        "debit_day": schedule.debit_on.isoformat(),
        "posts": [{"on": p.on.isoformat(), "amount": money(p.amount), "reason": p.reason} for p in posts],
        "net": money(sum((p.amount for p in posts), Decimal(0))),
    }


def return_required(given: dict[str, Any]) -> dict[str, Any]:
    facts = returns.ReturnFacts(
        line_amount=Decimal(given["line_amount"]),
        **{key: bool(given.get(key)) for key in ("is_core", "part_flag", "contract", "quality_hold", "random_hit")},
    )
    return {"required": bool(returns.return_reasons(facts))}


def supplier_recovery(given: dict[str, Any]) -> dict[str, Any]:
    agreement = given["agreement"]
    terms = recovery.Terms(
        shares={kind: Decimal(share) for kind, share in agreement["shares"].items()},
        caps={kind: Decimal(cap) for kind, cap in (agreement.get("caps") or {}).items()},
        contract_price=Decimal(agreement["contract_price"]) if agreement.get("contract_price") else None,
        handling_fee=Decimal(agreement.get("handling_fee") or 0),
    )
    paid = [
        recovery.PaidLine(
            line["kind"], Decimal(line["paid"]), Decimal(line["qty"] if line.get("qty") is not None else 1)
        )
        for line in given["lines"]
    ]
    opens = recovery.opens_recovery(given["verdict"], no_return_contract=bool(given.get("no_return_contract")))
    lines = recovery.recoverable_lines(paid, terms) if opens else ()
    return {
        "lines": [{"kind": line.kind, "base": money(line.base), "amount": money(line.amount)} for line in lines],
        "total": money(sum((line.amount for line in lines), Decimal(0))),
        "opens": opens,
    }


def supplier_warranty(given: dict[str, Any]) -> dict[str, Any]:
    end = recovery.supplier_warranty_end(
        received_on=day(given.get("received_on")),
        months_from_receipt=given.get("months_from_receipt"),
        sold_on=day(given.get("sold_on")),
        months_from_sale=given.get("months_from_sale"),
    )
    failure_day = dt.date.fromisoformat(given["failure_day"])
    return {"end": end.isoformat() if end else None, "covered": end is not None and failure_day < end}


def recovery_clock(given: dict[str, Any]) -> dict[str, Any]:
    clock = recovery.recovery_clock(
        approved_on=dt.date.fromisoformat(given["approved_on"]),
        appraised_on=day(given.get("appraised_on")),
        no_return=bool(given.get("no_return")),
        notice_days=given["notice_days"],
    )
    return {
        "last_day": clock.last_day.isoformat(),
        "alarms": [alarm.isoformat() for alarm in clock.alarms],
        "provisional": clock.provisional,
        "state": clock.state(dt.date.fromisoformat(given["today"])),
    }


def chargeback_figures(given: dict[str, Any]) -> dict[str, Any]:
    notes = [
        recovery.NoteFigures(
            dt.date.fromisoformat(note["date"]),
            *(Decimal(note[key]) for key in ("issued", "accepted", "disputed", "received")),
        )
        for note in given["notes"]
    ]
    found = recovery.recovery_figures(
        notes,
        as_of=dt.date.fromisoformat(given["as_of"]),
        warranty_cost_paid=Decimal(given.get("warranty_cost_paid") or 0),
    )
    answer: dict[str, Any] = {"ageing": {band: money(amount) for band, amount in found.ageing.items()}}
    for ratio in ("recovery_ratio", "acceptance_ratio", "coverage_ratio"):
        value = getattr(found, ratio)
        answer[ratio] = "–" if value is None else money(value)
    return answer


def statement(given: dict[str, Any]) -> dict[str, Any]:
    period = dt.date.fromisoformat(given["period"] + "-01")
    entries = [
        entry
        for entry in given["entries"]
        if not entry.get("disputed")
        and (at := local_day(entry["at"])) is not None
        and settlement.month_of(at) == period
    ]
    totals = settlement.statement_totals(
        [settlement.Amount(Decimal(entry["amount"]), Decimal(entry["tax_rate"])) for entry in entries],
        [
            settlement.Amount(Decimal(before["amount"]), Decimal(before["tax_rate"]))
            for before in given.get("brought_forward") or ()
        ],
    )
    return {
        "included": sorted(entry["id"] for entry in entries),
        **{key: money(getattr(totals, key)) for key in ("net", "tax", "gross", "payable")},
        "carried": [{"tax_rate": str(group.tax_rate), "amount": money(group.amount)} for group in totals.carried],
    }


def invoice_check(given: dict[str, Any]) -> dict[str, Any]:
    return {"ok": settlement.invoice_fits(Decimal(given["invoice"]), Decimal(given["gross"]))}
