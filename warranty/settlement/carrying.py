"""A statement below 0 is carried: nobody is paid, the next statement takes its net up and taxes it. Source: rules.md 3.8, C27.

Here: what was confirmed before a gross below 0 was carried. Not here: the foot of a new statement (settlement_rules).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.show import money
from portal.core.states import lock, move
from stations.dealer_account import reverse_entry
from stations.models import AccountEntry
from warranty import settlement_posting as posting
from warranty.models import Statement
from warranty.settlement.refusals import NothingToCarry
from warranty.settlement_states import StatementStatus


@transaction.atomic
def carry_confirmed(statement: Statement, *, actor: Any, at: datetime | None = None) -> Statement:
    """A statement that was confirmed below 0 is carried: the next one takes its net up, and no money moves.

    What its confirmation posted on the dealer's account is taken back there, since the next statement posts it. Raises
    NothingToCarry. Writes an AccountEntry and Events.
    """
    at = at or clock.now()
    posting.hold_station(statement.station_id)
    statement = lock(statement, "station")
    if not statement.is_owed_back:
        raise NothingToCarry(
            number=statement.number, status=statement.get_status_display(), gross=money(statement.gross)
        )
    statement = move(statement, StatementStatus.CARRIED, actor=actor, at=at, data={"gross": str(statement.gross)})
    posted = AccountEntry.objects.filter(kind="statement", source=statement.number, reverses=None).first()
    if posted is not None:
        reason = _("%(number)s is carried to the next statement") % {"number": statement.number}
        reverse_entry(posted, reason=reason, actor=actor, at=at)
    return statement
