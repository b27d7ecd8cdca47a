"""A year of work: calls, jobs, claims, old parts, orders, statements, chargebacks. What is open at the end stays open."""

from datetime import timedelta

from portal.web.demo.story import Story
from portal.web.demo.year import calls, library, masters, months, returns, shelves, standing


def tell(story: Story) -> None:
    """The masters of service and warranty, the first stock, then everything planned over the year."""
    story.happen(story.begin - timedelta(days=40), lambda: masters.write(story))
    story.happen(story.begin - timedelta(days=30), lambda: shelves.stock_up(story))
    for number, day in enumerate(story.days()):
        calls.plan_day(story, number, day)
        if months.is_kept(story, day):
            story.plan(story.moment(day, 0, 20), months.daily)
    for quarter in range(4):
        story.plan(story.begin + timedelta(days=60 + 85 * quarter), lambda: shelves.stock_up(story))
    returns.plan_boxes(story)
    months.plan_months(story)
    months.plan_fine(story)
    library.plan(story)
    standing.plan(story)
