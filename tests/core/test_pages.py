"""Lists and operations as pages: keyset, strict parameters, one effect per form, refusals beside their field."""

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from portal.core import clock, show
from portal.core.errors import Refusal
from portal.core.listing import keyset_page
from portal.core.models import Event, JobRun
from portal.core.pages import ActingForm, Column, OperationView, ScopedListView
from portal.core.pieces import Table, badge_of
from portal.core.tones import tone_of
from tests.cast import Cast
from tests.conftest import as_user
from tests.factories.stations import make_technician


def make_runs(user: User, count: int) -> list[JobRun]:
    return [JobRun.objects.create(name="x", title=f"t{n % 3}", owner=user, queued_at=clock.now()) for n in range(count)]


@pytest.mark.parametrize("ordering", [["-pk"], ["title"], ["-title", "pk"], ["finished_at"], ["-finished_at", "title"]])
def test_keyset_pages_show_every_row_once_forth_and_back(cast: Cast, ordering: list[str]) -> None:
    runs = make_runs(cast.clerk_a, 11)
    for run in runs[::2]:
        JobRun.objects.filter(pk=run.pk).update(finished_at=clock.now())
    rows = JobRun.objects.all()
    seen, after = [], ""
    while True:
        page = keyset_page(rows, ordering, after=after, size=4)
        seen.append([row.pk for row in page.rows])
        if not page.after:
            break
        after = page.after

    assert sorted(pk for part in seen for pk in part) == sorted(run.pk for run in runs)
    back = keyset_page(rows, ordering, before=page.before, size=4)
    assert [row.pk for row in back.rows] == seen[-2]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "bm90IGpzb24", "W10", "WyJ4Il0", "W1sxXV0", "é"])
def test_forged_page_key_is_a_bad_request(key: str) -> None:
    with pytest.raises(BadRequest):
        keyset_page(JobRun.objects.all(), ["-pk"], after=key)


@pytest.mark.parametrize(
    "query", ["?owner__password__startswith=a", "?sort=owner__password", "?status=nonsense", "?q=%00"]
)
def test_unknown_parameters_are_refused_instead_of_showing_all_rows(cast: Cast, query: str) -> None:
    assert as_user(cast.service_manager).get(f"/jobs/{query}").status_code == 400


def test_list_shows_own_rows_only_and_headquarters_all(cast: Cast) -> None:
    make_runs(cast.clerk_a, 1)

    def shown(user: User) -> int:
        return len(as_user(user).get("/jobs/").context["page"].rows)

    assert [shown(cast.clerk_a), shown(cast.clerk_b), shown(cast.service_manager), shown(cast.outsider)] == [1, 0, 1, 0]


class NameForm(ActingForm):
    """Nothing to type."""


class Rename(OperationView):
    """Renames, or refuses."""

    form_class = NameForm
    success_message = "done"
    refusal: Refusal | None = None

    def operate(self, form: Any) -> str:
        if self.refusal:
            raise self.refusal
        Event.objects.create(subject_type="x", subject_id=1, kind="test.done", at=clock.now())
        return "/there/"


def post(view: Any, user: User, data: dict[str, str]) -> Any:
    request = RequestFactory().post("/x/", data)
    request.user = user
    request._messages = type("Kept", (), {"add": lambda *given: None})()  # type: ignore[attr-defined]
    return view(request)


def test_operation_runs_once_per_form_shown(cast: Cast) -> None:
    view = Rename.as_view()
    first = post(view, cast.clerk_a, {"idempotency_key": "k"})
    second = post(view, cast.clerk_a, {"idempotency_key": "k"})

    assert first.url == second.url == "/there/"
    assert Event.objects.filter(kind="test.done").count() == 1


def test_refusal_answers_409_with_its_sentence_and_leaves_nothing(cast: Cast) -> None:
    view = Rename.as_view(refusal=Refusal("nein"))
    answer = post(view, cast.clerk_a, {"idempotency_key": "k"})

    assert answer.status_code == 409
    assert answer.context_data["form"].non_field_errors() == ["nein"]
    assert post(Rename.as_view(), cast.clerk_a, {"idempotency_key": "k"}).status_code == 302


def test_anonymous_is_sent_to_the_login_and_back(db: None) -> None:
    class Jobs(ScopedListView):
        model = JobRun
        columns = (Column("title"),)

    answer = as_user().get("/jobs/?q=x")

    assert Jobs.columns
    assert (answer.status_code, answer.url) == (302, "/login/?next=/jobs/%3Fq%3Dx")


def test_table_escapes_what_people_typed(cast: Cast) -> None:
    run = make_runs(cast.clerk_a, 1)[0]
    run.title = '"><img src=x onerror=alert(1)>'

    cell = Table.of([run], [Column("title", kind="number")]).rows[0][0]

    assert "<img" not in str(cell.html)


@pytest.mark.parametrize(
    ("value", "text"), [("1234.5", "¥1,234.50"), ("-200", "−¥200.00"), ("0", "¥0.00"), (None, "–"), ("", "–")]
)
def test_money_reads_as_people_write_it(value: Any, text: str) -> None:
    assert show.money(value) == text


@pytest.mark.parametrize(("value", "text"), [("2.000", "2"), ("1.250", "1.25"), ("-3", "−3"), ("1200", "1,200")])
def test_quantity_has_no_more_decimals_than_there_are(value: str, text: str) -> None:
    assert show.quantity(value) == text


def test_phone_shows_only_its_ends() -> None:
    assert show.phone("13812346621") == "138****6621"


def test_statuses_have_their_tones() -> None:
    known = {"draft": "calm", "approved": "good", "rejected": "bad", "submitted": "wait", "shipped": "run"}

    assert {status: tone_of(status) for status in known} == known


def test_a_status_that_is_not_there_is_a_dash() -> None:
    class Visit:
        outcome = ""
        station = None

    assert (str(badge_of(Visit(), "outcome")), str(badge_of(Visit(), "station__status"))) == ("–", "–")


def test_a_yes_or_no_filter_begins_with_all_and_refuses_a_third_answer(cast: Cast) -> None:
    whoever = make_technician(station=cast.station_a)
    page = as_user(cast.owner_a)
    address = reverse("technician_list")

    everybody, perhaps = page.get(address), page.get(address, {"is_active": "perhaps"})

    assert whoever.name in everybody.content.decode()
    assert '<option value="" selected>全部</option>' in everybody.content.decode()
    assert whoever.name not in perhaps.content.decode()
    assert "perhaps" in perhaps.content.decode()
