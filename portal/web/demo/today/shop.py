"""What can be bought: price lists released and drawn up, parts superseded, exploded views, a dealer's lists and stars."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from parts import exploded, order_aids, price_lists, superseding
from parts.models import Fitment, Part, PriceList, SupersessionMode
from portal.core import clock
from portal.web.demo.drawings import exploded as drawing
from portal.web.demo.story import BUSY, Story
from stations.models import ProductModel

type Now = Callable[..., Any]
VIEWS = 3


def tell(story: Story, now: Now) -> None:
    """Headquarters prepares, the busy station's clerk orders with less typing."""
    warehouse, finance = story.people["warehouse"], story.people["finance"]
    released = now(lambda: _national(story, warehouse), warehouse)
    now(lambda: price_lists.release_price_list(released, actor=finance), finance)
    now(lambda: _of_grade(story, warehouse), warehouse)
    now(lambda: _chains(story, warehouse), warehouse)
    for model in list(story.things["models"].values())[:VIEWS]:
        now(lambda model=model: _view(story, model, warehouse), warehouse)
    station = story.things["stations"][BUSY]
    clerk = story.clerk_of(station)
    now(lambda: _lists(story, station, clerk), clerk)


def _national(story: Story, clerk: Any) -> PriceList:
    """The locks become three percent dearer from the first of the month after next."""
    day = (clock.today().replace(day=1) + timedelta(days=62)).replace(day=1)
    category = story.things["parts"][0].category
    title = f"{category.name} {day:%Y-%m} 调价"
    return price_lists.draw_up_price_list(
        title=title, valid_from=day, shift_percent=Decimal(3), category=category, actor=clerk
    )


def _of_grade(story: Story, clerk: Any) -> PriceList:
    """A draft for A stations: twelve parts at a fixed price."""
    price_of = story.things["price_of"]
    prices = {
        part.number: (price_of[part.pk] * Decimal("0.66")).quantize(Decimal("0.01")) for part in _plenty(story, 12)
    }
    day = clock.today() + timedelta(days=21)
    return price_lists.draw_up_price_list(title="A 级站专享价", grade="A", valid_from=day, prices=prices, actor=clerk)


def _chains(story: Story, clerk: Any) -> None:
    """A newer part uses the old one up, another replaces it at once, and two serve for each other."""
    old, newer, newest, gone, one, other = _plenty(story, 40)[-6:]
    superseding.supersede(old, newer, actor=clerk)
    superseding.supersede(newer, newest, actor=clerk)
    superseding.supersede(gone, newest, actor=clerk, mode=SupersessionMode.IMMEDIATE)
    superseding.make_alternates(one, other, actor=clerk)


def _view(story: Story, model: ProductModel, clerk: Any) -> None:
    fitments = list(Fitment.objects.filter(product_model=model).select_related("part").order_by("part__number")[:8])
    if not fitments:
        return
    picture, places = drawing(story.dice, len(fitments))
    upload = ContentFile(picture, f"{model.code}.png")
    view = exploded.draw_view(model, title="整机分解", title_en="Whole unit", picture=upload, actor=clerk)
    for number, (fitment, (x, y)) in enumerate(zip(fitments, places, strict=True), start=1):
        exploded.place_part(
            view,
            fitment,
            position_number=str(number),
            x_percent=Decimal(str(x)),
            y_percent=Decimal(str(y)),
            actor=clerk,
        )


def _lists(story: Story, station: Any, clerk: Any) -> None:
    for name, count, qty in (("每周常备件", 6, 4), ("门锁上门包", 3, 1)):
        rows = order_aids.rows_of((part.number, Decimal(qty)) for part in _plenty(story, count))
        order_aids.save_template(station, name=name, rows=rows, actor=clerk)
    for part in _plenty(story, 4):
        order_aids.star(part, user=clerk)


def _plenty(story: Story, count: int) -> list[Part]:
    """Parts of which the warehouse has enough."""
    return [part for number, part in enumerate(story.things["parts"]) if number % 23][:count]
