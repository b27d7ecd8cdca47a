"""Several queries are counted in one question."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType

from portal.accounts.models import User
from portal.core import clock
from portal.core.counting import COUNT_TO, count_all, say_count
from portal.core.models import JobRun, Notification
from tests.factories.stations import make_user

pytestmark = pytest.mark.django_db


def test_queries_of_different_tables_are_counted_side_by_side(django_assert_num_queries: object) -> None:
    user = make_user()
    for number in range(3):
        Notification.objects.create(user=user, kind="x", text=f"x{number}", created_at=clock.now())
    JobRun.objects.create(name="x", title="x", owner=user, queued_at=clock.now())
    asked = [
        Notification.objects.filter(user=user).select_related("user").order_by("pk"),
        JobRun.objects.none(),
        JobRun.objects.filter(owner=user),
        User.objects.filter(notifications__user=user).prefetch_related("groups").distinct(),
        Notification.objects.filter(kind="none of this kind"),
    ]

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert count_all(asked) == [3, 0, 1, 1, 0]


def test_counting_stops_where_no_page_shows_more() -> None:
    user = make_user()
    one = {"user": user, "kind": "x", "text": "x", "created_at": clock.now()}
    Notification.objects.bulk_create([Notification(**one) for _each in range(COUNT_TO + 5)])

    (count,) = count_all([Notification.objects.filter(user=user)])

    assert (count, say_count(count), say_count(COUNT_TO)) == (COUNT_TO + 1, "1,000+", "1000")


def test_nothing_asked_is_nothing_counted() -> None:
    assert count_all([]) == []
    assert count_all([JobRun.objects.none()]) == [0]


def test_a_permission_given_beside_the_table_opens_nothing() -> None:
    user = make_user()
    content_type = ContentType.objects.get_for_model(User)
    user.user_permissions.add(Permission.objects.get(content_type=content_type, codename="delete_user"))

    assert not User.objects.get(pk=user.pk).has_perm("accounts.delete_user")
