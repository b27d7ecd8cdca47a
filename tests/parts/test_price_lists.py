"""Price lists: drawn up, compared, released by another person; a grade's own price; pricing on a draft."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from parts import books, price_lists, pricing
from parts.models import OrderKind, PriceList
from parts.ordering import Wanted, place_order
from parts.price_changes import price_changes
from parts.states import PriceListStatus
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.models.notifications import Notification
from portal.core.states import TransitionNotAllowed
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.kinds import kind_of
from portal.core.transfer.staging import stage_batch, upload_batch
from tests.conftest import as_user
from tests.factories.parts import make_part
from tests.factories.stations import make_grade, make_member, make_station, make_user

pytestmark = pytest.mark.django_db
D = Decimal
TODAY, JULY = date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    clock.set(datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    yield
    clock.set(None)


@pytest.fixture
def author() -> Any:
    return make_user(Role.SERVICE_MANAGER)


def station_of(grade: str) -> Any:
    station = make_station()
    make_grade(station=station, grade=grade)
    return station


def released(author: Any, prices: dict[str, Decimal], *, grade: str = "", on: date = JULY) -> PriceList:
    made = price_lists.draw_up_price_list(title="调价", valid_from=on, grade=grade, prices=prices, actor=author)
    return price_lists.release_price_list(made, actor=make_user(Role.FINANCE))


def net(part: Any, station: Any, on: date, **values: Any) -> Decimal:
    return pricing.quote([part.pk], station, on=on, **values)[part.pk].amount


def test_released_national_list_holds_from_its_day_and_leaves_other_parts_alone(author: Any) -> None:
    part, other, station = make_part(price="100.00"), make_part(price="50.00"), station_of("A")

    made = released(author, {part.number: D("110.00")})

    assert [net(part, station, date(2026, 6, 30)), net(part, station, JULY)] == [D("70.00"), D("77.00")]
    assert net(other, station, JULY) == D("35.00")
    assert made.status == PriceListStatus.RELEASED
    assert Notification.objects.filter(user=author, kind="pricelist.released").exists()
    assert [sentence for check in books.CHECKS.values() for sentence in check()] == []


def test_grades_own_price_wins_over_list_times_factor_and_the_order_kind_still_counts(author: Any) -> None:
    part, a, c, fresh = make_part(price="100.00"), station_of("A"), station_of("C"), make_station()
    made = released(author, {part.number: D("66.00")}, grade="C", on=TODAY)

    of_c = pricing.quote([part.pk], c)[part.pk]

    assert (of_c.amount, of_c.own_grade, of_c.price_list) == (D("66.00"), "C", made.number)
    assert (net(part, a, TODAY), net(part, fresh, TODAY)) == (D("70.00"), D("66.00"))  # on probation: as C
    assert net(part, c, TODAY, kind=OrderKind.WARRANTY_REPLACEMENT) == 0
    assert pricing.public_price(part) == D("100.00")
    order = place_order(c, lines=[Wanted(part.number, D(2))], actor=make_user())
    assert order.lines.get().price_reason["price_list"] == made.number


def test_quote_prices_on_a_draft_as_if_it_held(author: Any) -> None:
    part, a, b = make_part(price="100.00"), station_of("A"), station_of("B")
    twice, ten = {part.number: D("200.00")}, {part.number: D("10.00")}
    draft = price_lists.draw_up_price_list(title="试算", valid_from=JULY, prices=twice, actor=author)
    for_a = price_lists.draw_up_price_list(title="试算", valid_from=JULY, grade="A", prices=ten, actor=author)

    assert [net(part, a, TODAY, price_list=draft), net(part, b, TODAY, price_list=draft)] == [140, 150]
    assert [net(part, a, TODAY, price_list=for_a), net(part, b, TODAY, price_list=for_a)] == [10, 75]
    assert net(part, a, TODAY) == 70


def test_changes_count_moves_and_what_last_years_orders_would_cost(author: Any) -> None:
    up, down, same, fresh = make_part(price="100"), make_part(price="80"), make_part(price="10"), make_part(price=None)
    place_order(station_of("A"), lines=[Wanted(up.number, D(10)), Wanted(same.number, D(1))], actor=make_user())
    prices = {up.number: D("120"), down.number: D("60"), same.number: D("10"), fresh.number: D("5")}

    made = price_lists.draw_up_price_list(title="x", valid_from=JULY, prices=prices, actor=author)

    found = price_changes(made)
    largest = [(part.number, move.percent) for part, move in found.largest]
    assert (found.up, found.down, found.same, found.fresh) == (1, 1, 1, 1)
    assert largest == [(down.number, D("-25.0")), (up.number, D("20.0"))]
    assert (found.orders_before, found.orders_after, found.effect) == (D("707.00"), D("847.00"), D("140.00"))
    done = price_changes(price_lists.release_price_list(made, actor=make_user()))
    assert (done.up, done.effect) == (1, D("140.00"))


def test_shifted_list_moves_present_prices_of_a_category(author: Any) -> None:
    part = make_part(price="99.99")
    shift: Any = {"valid_from": JULY, "actor": author}

    made = price_lists.draw_up_price_list(title="+3 %", shift_percent=D(3), category=part.category, **shift)
    of_a = price_lists.draw_up_price_list(title="A", grade="A", shift_percent=D(-10), **shift)

    assert made.rows.get(part=part).price == D("102.99")
    assert of_a.rows.get(part=part).price == D("62.99")  # 99.99 × 0.70 = 69.99, less 10 %


def test_refusals_of_price_lists(author: Any) -> None:
    part = make_part()
    one = {part.number: D(1)}
    draw = price_lists.draw_up_price_list
    with pytest.raises(price_lists.BeginsInThePast):
        draw(title="x", valid_from=date(2026, 5, 31), actor=author)
    with pytest.raises(price_lists.UnknownPartNumbers, match="NO-SUCH"):
        draw(title="x", valid_from=JULY, prices={"NO-SUCH": D(1)}, actor=author)
    with pytest.raises(price_lists.PriceNotPositive, match=part.number):
        draw(title="x", valid_from=JULY, prices={part.number: D(0)}, actor=author)
    with pytest.raises(price_lists.ShiftTooLarge):
        draw(title="x", valid_from=JULY, shift_percent=D(91), actor=author)
    empty = draw(title="x", valid_from=JULY, actor=author)
    with pytest.raises(price_lists.OwnPriceList):
        price_lists.release_price_list(empty, actor=author)
    with pytest.raises(price_lists.EmptyPriceList):
        price_lists.release_price_list(empty, actor=make_user())
    made = released(author, one)
    with pytest.raises(price_lists.NotADraft):
        price_lists.put_prices(made, prices=one, actor=author)
    with pytest.raises(TransitionNotAllowed):
        price_lists.release_price_list(made, actor=make_user())
    twin = draw(title="x", valid_from=JULY, prices={part.number: D(2)}, actor=author)
    with pytest.raises(price_lists.PricesTaken, match=part.number):
        price_lists.release_price_list(twin, actor=make_user())
    dropped = price_lists.drop_price_list(twin, reason="同日已有", actor=author)
    assert dropped.status == PriceListStatus.DROPPED


def test_rows_come_in_by_file_into_drafts_only_and_their_export_changes_nothing(author: Any) -> None:
    part = make_part(number="007", price="100")
    draft = price_lists.draw_up_price_list(title="x", valid_from=JULY, actor=author)
    kind = kind_of("parts.price_list_rows")

    def staged(text: bytes) -> Any:
        return stage_batch(upload_batch(kind, SimpleUploadedFile("rows.csv", text), actor=author))

    batch = staged(f"price_list,part,price\n{draft.number},007,88.00\n".encode())
    apply_batch(batch, actor=author)
    assert draft.rows.get(part=part).price == 88
    price_lists.release_price_list(draft, actor=make_user())

    client = as_user(make_user(Role.FINANCE))
    exported = client.get(f"/parts/price-lists/{draft.pk}/rows/?export=csv").content
    again = staged(exported)
    assert (again.same_count, again.error_count) == (1, 0)
    changed = staged(f"price_list,part,price\n{draft.number},007,89.00\n".encode())
    assert changed.error_count == 1


def test_pages_of_price_lists_draw_up_show_and_release(author: Any) -> None:
    make_part(number="GW-1", price="100")
    writer, finance = as_user(author), as_user(make_user(Role.FINANCE))
    form = {"title": "七月", "grade": "", "valid_from": "2026-07-01", "rows": "GW-1\t110\n"}

    assert writer.post("/parts/price-lists/new/", form | {"rows": "GW-1\tzehn"}).status_code == 422
    answer = writer.post("/parts/price-lists/new/", form)
    made = PriceList.objects.get()
    address = made.get_absolute_url()
    assert (answer.status_code, answer["Location"]) == (302, address)
    page = writer.get(address).content.decode()
    assert "GW-1" in page
    assert "+10%" in page
    assert writer.get(f"{address}rows/").status_code == 200
    assert writer.post(f"{address}change/", {"rows": "GW-1 120"}).status_code == 302
    assert writer.post(f"{address}release/").status_code == 403
    assert finance.post(f"{address}release/").status_code == 302
    assert as_user(make_member(Role.STATION_CLERK, station=make_station())).get(address).status_code == 404
