"""Step 7: the chargeback note is batched; the supplier logs in, accepts one line, disputes the other, and pays."""

from decimal import Decimal

from tests.browser.main_job.story import PASSWORD, Story
from warranty.models import Chargeback, RecoveryCase


def run(story: Story) -> None:
    """The accepted money has come; the disputed line is settled; the recovery figures show both."""
    story.at("2026-11-11 09:00")
    _batch(story)
    story.at("2026-11-12 10:00")
    _answer(story)
    story.at("2026-11-18 10:00")
    _cash(story)
    _figures(story)


def _batch(story: Story) -> None:
    finance = story.desk("finance")
    assert RecoveryCase.objects.get().expected == Decimal("250.00")
    finance.open("/warranty/recovery/").open("/supplier/chargebacks/").open("/supplier/chargebacks/new/")
    finance.fill(supplier=str(story.things["supplier"].pk)).send()
    finance.send()
    note = Chargeback.objects.get()
    assert note.status == "sent"
    assert [line.claimed for line in note.lines.order_by("position")] == [Decimal("208.00"), Decimal("42.00")]
    story.things["note"] = note


def _answer(story: Story) -> None:
    supplier, note = story.visitor(None, width=story.width), story.things["note"]
    story.desks["supplier"] = supplier
    supplier.open(note.get_absolute_url())
    supplier.page.fill("[name=username]", "supplier")
    supplier.page.fill("[name=password]", PASSWORD)
    supplier.press("form .btn-primary")
    supplier.open("/").open("/supplier/chargebacks/").open(note.get_absolute_url()).next()
    first, second = note.lines.order_by("position")
    reason = story.name("工时不在质保协议的约定范围内", "Labor is not part of our agreement")
    supplier.fill(
        **{f"decision_{first.pk}": "accept", f"decision_{second.pk}": "dispute", f"reason_{second.pk}": reason}
    )
    supplier.send()
    note.refresh_from_db()
    assert note.status in {"sent", "acknowledged"}
    supplier.send()
    note.refresh_from_db()
    assert (note.status, note.accepted, note.disputed) == ("part_accepted", Decimal("208.00"), Decimal("42.00")), (
        note.status
    )


def _cash(story: Story) -> None:
    finance, note = story.desk("finance"), story.things["note"]
    finance.open("/").open(note.get_absolute_url()).next()
    finance.fill(amount="208.00", bank_reference="BOC20261118007", received_on="2026-11-18").send()
    note.refresh_from_db()
    assert note.recovered == Decimal("208.00")


def _figures(story: Story) -> None:
    figures = story.desk("finance").open("/warranty/recovery/figures/").shot("7-recovery").page
    shown = figures.locator("main").inner_text()
    for amount in ("250.00", "208.00"):
        assert amount in shown
    story.desk("finance").open("/warranty/recovery/")
