"""A question whose text is written once still answers what the ORM answers, for every value it is asked with."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Count, Q, QuerySet

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core.written import Written


def test_the_text_is_written_once_and_every_user_and_day_has_its_own_answer(cast: Any) -> None:
    written = []

    def granted(user_id: int, day: date) -> Any:
        written.append(day)
        return RoleGrant.objects.in_force(day).filter(user_id=user_id).values_list("role")

    ask = Written(granted)
    grant = RoleGrant.objects.get(user=cast.reviewer)

    assert ask(cast.reviewer.pk, grant.valid_from) == [(Role.REVIEWER.value,)]
    assert ask(cast.reviewer.pk, grant.valid_from - timedelta(days=1)) == []
    assert ask(cast.approver.pk, grant.valid_from) == [(Role.APPROVER.value,)]
    assert ask(cast.clerk_a.pk, grant.valid_from) == []
    assert len(written) == 1


@pytest.mark.parametrize(
    "ask",
    [
        lambda pk, names: User.objects.filter(Q(pk=pk) | Q(username__in=names)).order_by("pk"),
        lambda pk, names: (
            User.objects.filter(Q(pk=pk) | Q(username__in=names)).order_by("pk").values_list("pk", flat=True)
        ),
        lambda pk, names: (
            RoleGrant.objects.filter(Q(user=pk) | Q(user__username__in=names)).select_related("user").order_by("pk")
        ),
        lambda pk, names: (
            User.objects.filter(Q(pk=pk) | Q(username__in=names)).annotate(grants=Count("role_grants")).order_by("pk")
        ),
        lambda pk, names: (
            User.objects.filter(pk=pk)
            .values_list("pk", "username")
            .union(User.objects.filter(username__in=names).values_list("pk", "username"), all=True)
            .order_by()
        ),
    ],
    ids=["models", "single values", "with what stands beside", "annotated", "union"],
)
def test_the_rows_are_those_of_the_orm(cast: Any, ask: Any) -> None:
    written = Written(ask)
    for pk, names in (
        (cast.reviewer.pk, [cast.clerk_a.username]),
        (cast.clerk_a.pk, [cast.reviewer.username, cast.approver.username]),
        (0, []),
        (cast.approver.pk, []),
    ):
        assert seen(written(pk, names)) == seen(ask(pk, names))


def seen(rows: Any) -> list[Any]:
    """Every field of a model, of the rows beside it and what was counted; plain values as they are."""
    return [row if isinstance(row, tuple | int) else _seen(row) for row in rows]


def _seen(row: Any) -> dict[str, Any]:
    told = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    beside = {name: _seen(other) if other else None for name, other in row._state.fields_cache.items()}
    return told | beside | {"grants": getattr(row, "grants", None), "type": type(row)}


def test_what_stands_beside_many_rows_is_fetched_for_the_rows_of_each_answer(
    cast: Any, django_assert_num_queries: Any
) -> None:
    written = Written(lambda pk: User.objects.filter(pk=pk).prefetch_related("role_grants"))

    for user in (cast.reviewer, cast.approver):
        with django_assert_num_queries(2):
            (found,) = written(user.pk)
            assert [grant.user_id for grant in found.role_grants.all()] == [user.pk]


def test_nothing_a_truth_and_a_longer_list_have_texts_of_their_own(cast: Any) -> None:
    asked = []

    def granted(user: int | None, is_open: bool, roles: list[str]) -> QuerySet[RoleGrant]:
        asked.append((user, is_open, len(roles)))
        found = RoleGrant.objects.filter(role__in=roles)
        found = found.filter(valid_to=None) if is_open else found
        return found.filter(user=user) if user else found

    written = Written(granted)
    roles = [Role.REVIEWER.value, Role.APPROVER.value]

    assert {row.user_id for row in written(cast.reviewer.pk, True, roles)} == {cast.reviewer.pk}
    assert {row.user_id for row in written(cast.approver.pk, True, roles)} == {cast.approver.pk}
    assert len(asked) == 1
    assert {cast.reviewer.pk, cast.approver.pk} <= {row.user_id for row in written(None, False, roles)}
    assert written(None, False, []) == []
    assert {row.user_id for row in written(None, False, roles * 40)} >= {cast.reviewer.pk}
    assert len(asked) == 4


def test_a_value_that_the_text_would_hide_is_refused(cast: Any) -> None:
    with pytest.raises(TypeError):
        Written(lambda name: User.objects.filter(username__contains=name))("a")
