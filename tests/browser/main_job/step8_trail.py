"""Step 8: every step stands on one timeline; nobody sees what is not theirs; the books are clean."""

import io

from django.core.management import call_command

from portal.core import events
from tests.browser.main_job.story import Story

STEPS_OF_THE_CHAIN = {
    "servicerequest.taken", "workorder.offered", "workorder.completed", "warrantyclaim.submitted",
    "warrantyclaim.partially_approved", "failedpart.requested", "failedpart.shipped", "failedpart.received",
    "failedpart.inspected", "warrantyclaim.settled", "warrantyclaim.paid", "recoverycase.notified",
    "recoverycase.answered", "recoverycase.paid",
}  # fmt: skip


def run(story: Story) -> None:
    """From the customer's call to the supplier's cash."""
    _one_timeline(story)
    _nobody_else(story)
    out = io.StringIO()
    call_command("check_books", stdout=out)
    assert "clean" in out.getvalue()


def _one_timeline(story: Story) -> None:
    root = story.things["request"].number
    finance = story.desk("finance").open(f"/trail/{root}/").shot("8-trail")
    shown = finance.page.locator("main").inner_text()
    for number in (root, story.things["job"].number, story.things["claim"].number, story.things["piece"].number,
                   story.things["statement"].number, story.things["note"].number):  # fmt: skip
        assert number in shown, number
    happened = {event.kind for event in events.trail(root, story.people["finance"])}
    assert happened >= STEPS_OF_THE_CHAIN, STEPS_OF_THE_CHAIN - happened
    story.portal("clerk").open(f"/trail/{root}/")


def _nobody_else(story: Story) -> None:
    things = story.things
    own = [
        things["application"], things["station"], things["order"], things["shipment"], things["request"], things["job"],
        things["claim"], things["piece"], things["statement"], things["note"],
    ]  # fmt: skip
    paths = [row.get_absolute_url() for row in own] + [f"/trail/{things['request'].number}/"]
    for who in ("neighbor", "rival"):
        stranger = story.portal(who)
        for path in paths:
            assert stranger.answer_to(path).status == 404, f"{who} sees {path}"
