"""Jobs of supplier recovery: the month's notes proposed, a sent note posted to its supplier; imported by jobs.py."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parts.models import Supplier
from portal.accounts.roles import Role
from portal.core import clock, jobs, notifications, show
from portal.core.documents import documents_of
from portal.core.errors import Refusal
from portal.core.models import Event, JobRun
from portal.core.parameters import param
from portal.core.registries import say_notice
from warranty import chargebacks, recovery_in_house
from warranty.models import Chargeback, PieceShipment
from warranty.run_steps import take_steps
from warranty.settlement_people import role_users, supplier_users
from warranty.settlement_rules import month_of


@jobs.periodic("warranty.propose_last_month", cron="50 16 * * *")  # 00:50 in Shanghai
def propose_last_month() -> None:
    """From the third (D) on, every night until it is done: a run makes last month's notes, for finance to look through."""
    day = clock.today()
    if day < day.replace(day=param("warranty.chargeback_day")):
        return
    period = month_of(month_of(day) - timedelta(days=1))
    if chargebacks.suppliers_to_propose(period, on=day).exists():
        title = _("Chargeback notes of %(month)s") % {"month": f"{period:%Y-%m}"}
        key = f"warranty.propose_notes:{period}"
        jobs.start_run("warranty.propose_notes", owner=None, title=title, key=key, period=period.isoformat())


@jobs.task("warranty.propose_notes")
def propose_notes(run: int, period: str) -> None:
    """Each supplier with something to charge has a note of the month, not sent yet; none twice however often it runs.

    A supplier that an error stops does not stop the others: the run says which, and the job tries it again.
    """
    month = date.fromisoformat(period)
    row: JobRun = jobs.begin(run)
    suppliers = list(chargebacks.suppliers_to_propose(month, on=clock.today()))
    row = jobs.begin(run, total=row.done + len(suppliers))
    steps, before = {each.code: partial(_propose_step, each, month) for each in suppliers}, _count(month)
    try:
        if take_steps(row, steps, partial(_made, month), result_url="/supplier/chargebacks/?status=open"):
            _tell_proposed(month)
    except Exception:
        if _count(month) > before:  # not once more with every attempt
            _tell_proposed(month)
        raise


def _tell_proposed(month: date) -> None:
    """Finance has the notes to look through."""
    facts = {"count": _count(month), "month": f"{month:%Y-%m}"}
    url = "/supplier/chargebacks/?status=open"
    notifications.notify(role_users(Role.FINANCE), "chargeback.proposed", facts, url=url)


def _count(month: date) -> int:
    return Chargeback.objects.filter(period=month, batched_by=None).count()


def _propose_step(supplier: Supplier, month: date) -> int:
    """One step: the supplier's note, unless another process of the same run was faster."""
    if not Chargeback.objects.filter(supplier=supplier, period=month).exists():
        with suppress(Refusal):
            chargebacks.batch_chargebacks(supplier, period=month, actor=None)
    return 1


def _made(month: date) -> str:
    made = _count(month)
    return ngettext("%(count)s note made", "%(count)s notes made", made) % {"count": made}


@jobs.subscriber("warranty.follow_in_house")
def follow_in_house(event: Event) -> None:
    """Parts that the catalog says we make ourselves have no case that waits for a supplier's name, however they were marked."""
    recovery_in_house.close_all()


@jobs.subscriber("warranty.tell_chargeback")
def tell_chargeback(event: Event) -> None:
    """The supplier learns of its note: in the portal, and by mail in its language with the paper and a link."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    facts = {"number": row.number, "claimed": str(row.claimed), "day": str(row.answer_by)}
    users = supplier_users(row.supplier)
    notifications.notify(users, "chargeback.sent", facts, url=row.get_absolute_url(), subject=row)
    language = row.supplier.language
    with translation.override(language):
        subject = _("Chargeback note %(number)s over %(amount)s") % {
            "number": row.number,
            "amount": show.money(row.claimed),
        }
        told = _("Please accept or dispute every line by %(day)s; the note with its evidence is attached.")
        after = _("Evidence, old parts and your answer are in the portal:")
        link = f"{settings.PUBLIC_URL}{row.get_absolute_url()}"
        body = f"{subject}\n\n{told % {'day': show.day(row.answer_by)}}\n{after}\n{link}\n"
    document = documents_of(row, "chargeback").first()
    for address in chargebacks.mail_addresses(row.supplier, users):
        key = chargebacks.mail_key(row, address)
        notifications.post(address, subject, body, key=key, language=language, document=document)


@jobs.subscriber("warranty.tell_denial")
def tell_denial(event: Event) -> None:
    """The supplier learns that a dispute was denied, why, and until when it may answer; the mail comes once a note and day."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    said = event.data
    users, day = supplier_users(row.supplier), date.fromisoformat(said["answer_by"])
    lines = said.get("positions", ())
    which = {"count": len(lines)} if lines else {"position": said["position"]}
    facts = {"number": row.number, "day": said["answer_by"]} | which
    url = reverse("chargeback_answer", args=[row.pk])
    notifications.notify(users, event.kind, facts, url=url, subject=row)
    language = row.supplier.language
    with translation.override(language):
        subject = _("Your dispute of chargeback note %(number)s was denied") % {"number": row.number}
        one = _("Line %(position)s, %(amount)s: %(reason)s")
        many = _("%(count)s lines (no. %(position)s), %(amount)s in all: %(reason)s")
        why = (many if lines else one) % {
            "count": len(lines),
            "position": show.listed([*lines[:20], *["…"][: len(lines) > 20]]) if lines else said["position"],
            "amount": show.money(Decimal(said["amount"])),
            "reason": event.note,
        }
        told = _("Please accept or dispute the denied lines again by %(day)s; you find all of them in the portal:")
        body = f"{subject}\n\n{why}\n\n{told % {'day': show.day(day)}}\n{settings.PUBLIC_URL}{url}\n"
    for address in chargebacks.mail_addresses(row.supplier, users):
        key = f"denial:{row.pk}:{said['answer_by']}:{address}"
        notifications.post(address, subject, body, key=key, language=language)


@jobs.subscriber("warranty.tell_credit")
def tell_credit(event: Event) -> None:
    """The supplier learns of our credit note and of what is owed back to it; the mail brings the paper."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    said, users = event.data, supplier_users(row.supplier)
    facts = {name: said[name] for name in ("credit_note", "amount", "owed_back")} | {"number": row.number}
    notifications.notify(users, event.kind, facts, url=row.get_absolute_url(), subject=row)
    language, back = row.supplier.language, Decimal(said["owed_back"])
    with translation.override(language):
        subject = say_notice(event.kind, facts | {"owed_back": "0.00"})
        told = _("%(amount)s that you had paid for it is owed back to you.") % {"amount": show.money(back)}
        body = "\n\n".join([subject, *([told] if back else []), f"{settings.PUBLIC_URL}{row.get_absolute_url()}\n"])
    document = documents_of(row, "credit_note").filter(number=said["credit_note"]).first()
    for address in chargebacks.mail_addresses(row.supplier, users):
        key = f"credit:{said['credit_note']}:{address}"
        notifications.post(address, subject, body, key=key, language=language, document=document)


@jobs.subscriber("warranty.tell_favor")
def tell_favor(event: Event) -> None:
    """The supplier learns that it does not owe what it disputed: one message and one mail for all lines decided at once."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    users = supplier_users(row.supplier)
    facts = {"number": row.number, "count": event.data["count"], "amount": event.data["in_all"]}
    notifications.notify(users, event.kind, facts, url=row.get_absolute_url(), subject=row)
    language = row.supplier.language
    with translation.override(language):
        subject = say_notice(event.kind, facts)
    body = f"{subject}\n\n{settings.PUBLIC_URL}{row.get_absolute_url()}\n"
    for address in chargebacks.mail_addresses(row.supplier, users):
        notifications.post(address, subject, body, key=f"favor:{event.pk}:{address}", language=language)


@jobs.subscriber("warranty.tell_conceded")
def tell_conceded(event: Event) -> None:
    """The supplier learns that headquarters noted its acceptance of what it had disputed; the reason stands with the line."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    facts = {"number": row.number, "count": event.data["count"], "amount": event.data["in_all"]}
    users = supplier_users(row.supplier)
    notifications.notify(users, "chargeback.conceded", facts, url=row.get_absolute_url(), subject=row)


@jobs.subscriber("warranty.tell_second_answer")
def tell_second_answer(event: Event) -> None:
    """Finance learns that denied lines were answered again."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    facts = {"number": row.number, "supplier": row.supplier.name, "supplier_en": row.supplier.name_en}
    count = {"count": len(event.data["positions"])}
    users = role_users(Role.FINANCE)
    notifications.notify(users, event.kind, facts | count, url=row.get_absolute_url(), subject=row)


@jobs.subscriber("warranty.tell_shipment")
def tell_shipment(event: Event) -> None:
    """The supplier learns that old parts are on their way to it; a station reads of its own in its list."""
    row = PieceShipment.objects.select_related("supplier").get(pk=event.subject_id)
    if row.supplier is not None:
        facts = {"count": row.pieces.count(), "carrier": row.carrier, "waybill": row.waybill}
        users = supplier_users(row.supplier)
        notifications.notify(users, "pieceshipment.sent", facts, url=row.get_absolute_url(), subject=row)


@jobs.subscriber("warranty.tell_reply")
def tell_reply(event: Event) -> None:
    """Finance learns that the supplier has filed an 8D reply, and finds it at the note."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    facts = {"number": row.number, "supplier": row.supplier.name, "supplier_en": row.supplier.name_en}
    users = role_users(Role.FINANCE)
    notifications.notify(users, "chargeback.reply_filed", facts, url=row.get_absolute_url(), subject=row)


@jobs.subscriber("warranty.tell_doubt")
def tell_doubt(event: Event) -> None:
    """Finance learns that a further test cleared a supplier who had accepted some of the charge."""
    row = Chargeback.objects.select_related("supplier").get(pk=event.subject_id)
    facts = {"number": row.number, "supplier": row.supplier.name, "supplier_en": row.supplier.name_en}
    users = role_users(Role.FINANCE)
    url = row.get_absolute_url()
    notifications.notify(users, event.kind, facts | {"amount": event.data["amount"]}, url=url, subject=row)
