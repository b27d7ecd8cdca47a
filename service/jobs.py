"""Jobs of the service desk."""

from portal.core.jobs import periodic
from service import dispatch


@periodic("service.expire_offers", "* * * * *")
def expire_offers() -> None:
    """Offers nobody answered go to the next station."""
    dispatch.expire_offers()
