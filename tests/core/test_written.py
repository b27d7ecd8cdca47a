"""A question whose text is written once still answers for the user and the day it is asked for."""

from datetime import date, timedelta
from typing import Any

from portal.accounts.models import RoleGrant
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
