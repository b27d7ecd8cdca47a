"""Step 4: the clerk makes the warranty claim of the finished job; coverage and price are explained before it is sent."""

from tests.browser.main_job.story import Story
from warranty.models import WarrantyClaim


def run(story: Story) -> None:
    """The claim is submitted, checked by the system, and waits for a reviewer."""
    story.at("2026-10-14 09:00")
    _draft(story)
    _submit(story)


def _draft(story: Story) -> None:
    clerk = story.portal("clerk")
    clerk.open("/").open("/warranty/claims/").press("a[href='/warranty/claims/new/']")
    clerk.press("main a[href^='/warranty/claims/new/']").send()
    story.things["claim"] = WarrantyClaim.objects.get()
    coach = clerk.page.locator("#coach")
    assert coach.locator(".no").count() == 0, coach.inner_text()
    assert coach.locator(".ok").count() > 3
    lines = clerk.page.locator("#coach-lines").inner_text()
    assert "490.68" in lines
    assert "476.68" in lines
    clerk.page.locator("main").get_by_text(story.say("费用明细", "Lines")).first.wait_for()
    clerk.shot("4-claim")


def _submit(story: Story) -> None:
    clerk, claim = story.portal("clerk"), story.things["claim"]
    clerk.send("button[name=then][value=submit]")
    clerk.page.wait_for_url(f"**{claim.get_absolute_url()}")
    claim.refresh_from_db()
    assert claim.status == "in_review"
    clerk.open("/warranty/claims/")
