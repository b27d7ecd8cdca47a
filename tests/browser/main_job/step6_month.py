"""Step 6: the month is built and issued for all, confirmed, invoiced, paid by the bank's file; paper and CSV say the same."""

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
    finance.fill(period="2026-10").send()  # of all stations
    story.at("2026-11-05 09:05")
    finance.open("/warranty/statements/issue/").shot("6-month").send()
    story.at("2026-11-05 09:10")
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
    ).send()
    _take_the_banks_file(story)
    statement.refresh_from_db()
    assert (statement.status, statement.bank_reference) == ("paid", "ICBC20261110001")
    finance.open("/warranty/statements/")


def _take_the_banks_file(story: Story) -> None:
    """One of the two transfers pays a statement; the other is none of ours and is left out."""
    finance, statement = story.desk("finance"), story.things["statement"]
    rows = [
        "bank_reference,amount,paid_on,statement",
        f"ICBC20261110001,{statement.payable},2026-11-10,{statement.number}",
        "ICBC20261110002,18.00,2026-11-10,",
    ]
    file = {"name": "icbc.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    finance.open("/imports/new/warranty.bank_payments/").page.set_input_files("[name=file]", file)
    finance.send().next().send()


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
