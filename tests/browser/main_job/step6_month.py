"""Step 6: the month's statement is built, issued, confirmed, invoiced, paid; its paper and its CSV twin say the same."""

import csv
import io
from decimal import Decimal

from tests.browser.main_job.paper import text_of
from tests.browser.main_job.story import Story
from warranty.models import Statement


def run(story: Story) -> None:
    """The station has its money for the claim and the freight of the failed part."""
    story.known.add("电源模块")  # lines of a statement stay as they were issued, in the language of the network
    _preview(story)
    story.at("2026-11-05 09:00")
    _issue(story)
    story.at("2026-11-06 10:00")
    _confirm(story)
    story.at("2026-11-10 15:00")
    _pay(story)
    _paper_and_twin(story)


def _preview(story: Story) -> None:
    story.portal("owner").open("/warranty/statements/preview/")


def _issue(story: Story) -> None:
    finance = story.desk("finance")
    finance.open("/").open("/admin/").open("/warranty/statements/").open("/warranty/statements/build/")
    finance.fill(period="2026-10", station=str(story.things["station"].pk)).send()
    finance.next().send()
    story.things["statement"] = Statement.objects.get()
    assert story.things["statement"].status == "issued"


def _confirm(story: Story) -> None:
    owner, statement = story.portal("owner"), story.things["statement"]
    owner.open("/").open("/warranty/statements/").open(statement.get_absolute_url()).shot("6-statement")
    owner.next().send()
    statement.refresh_from_db()


def _pay(story: Story) -> None:
    finance, statement = story.desk("finance"), story.things["statement"]
    finance.open(statement.get_absolute_url()).next().fill(
        invoice_number="04412026", amount=str(statement.gross)
    ).send().next()
    finance.fill(bank_reference="ICBC20261110001", paid_on="2026-11-10").send()
    statement.refresh_from_db()
    assert statement.status == "paid"
    finance.open("/warranty/statements/")


def _paper_and_twin(story: Story) -> None:
    finance, statement = story.desk("finance"), story.things["statement"]
    here = statement.get_absolute_url()
    paper = text_of(finance.answer_to(f"{here}statement.pdf").body())
    story.things["paper"] = paper
    twin = finance.answer_to(f"{here}statement.csv").body().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(twin))
    assert head[0] == story.say("序号", "No.")
    *_groups, net, tax, gross = [Decimal(row[9]) for row in rows if row[0] == ""]
    assert (net, tax, gross) == (statement.net, statement.tax, statement.gross)
    assert statement.net == Decimal("494.68")
    for amount in (statement.net, statement.tax, statement.gross):
        assert f"{amount:,.2f}" in paper
    for word in ("深圳南山服务站", "电源模块", "元") if story.language == "zh-hans" else ("Nanshanstation",):
        assert word in paper.replace(" ", "")
    assert statement.number in paper
