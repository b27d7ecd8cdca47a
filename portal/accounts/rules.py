"""Who may see and change accounts."""

from typing import Any

from portal.accounts.permissions import allow, allow_model
from portal.accounts.roles import HQ_ROLES, Role


def not_own_proposal(user: Any, proposed: Any) -> bool:
    """Four eyes: nobody releases the value they proposed."""
    return bool(user.pk != proposed.created_by_id)


allow_model("accounts.user", view=(Role.SERVICE_MANAGER,), change=(Role.SERVICE_MANAGER,))
allow_model("accounts.rolegrant", view=(Role.SERVICE_MANAGER,), change=(Role.ADMINISTRATOR,))
allow_model("accounts.invitation", view=(Role.SERVICE_MANAGER,), change=(Role.SERVICE_MANAGER,))
allow_model("core.event", view=(Role.SERVICE_MANAGER, Role.QUALITY))
allow_model("core.jobrun", view=(Role.SERVICE_MANAGER,))
allow("core.release_parameter", Role.SERVICE_MANAGER, Role.FINANCE, when=not_own_proposal)
allow_model("core.parameterproposal", view=(Role.SERVICE_MANAGER, Role.FINANCE))
allow_model("core.parametervalue", view=(Role.SERVICE_MANAGER, Role.FINANCE), change=(Role.SERVICE_MANAGER,))
allow_model("core.importbatch", view=(Role.SERVICE_MANAGER,))
allow_model("core.calendaryear", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER,))
allow_model("core.calendarday", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER,))
allow_model("core.division", view=tuple(HQ_ROLES), change=(Role.SERVICE_MANAGER,))
allow_model("core.mailoutbox", view=(Role.SERVICE_MANAGER,), change=(Role.SERVICE_MANAGER,))
allow_model("core.document", view=(Role.SERVICE_MANAGER, Role.FINANCE))
allow("accounts.unlock_user", Role.ADMINISTRATOR, Role.SERVICE_MANAGER)
