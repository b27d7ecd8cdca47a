"""Prior authorizations, for people and programs."""

from typing import Any

from tests.factories.authorizations import make_request
from tests.permissions import FIELD, HQ, STATION, STATION_A, Row, only
from tests.permissions.api import api
from tests.permissions.warranty_claims import BLIND, OFFICE_A, READERS


def asked(cast: Any) -> list[Any]:
    """A request of station A that a reviewer may decide."""
    return [make_request(station=cast.station_a).pk]


DECIDERS = ("reviewer", "approver")
ROWS = [
    Row("authorization_list", get=only(*HQ, *FIELD, *STATION)),
    Row("authorization_new", get=only(*STATION)),
    Row("authorization_detail", args=asked, get=only(*READERS, hidden=BLIND)),
    Row("authorization_grant", args=asked, get=only(*DECIDERS, hidden=BLIND)),
    Row("authorization_refuse", args=asked, get=only(*DECIDERS, hidden=BLIND)),
    Row("authorization_withdraw", args=asked, get=only(*OFFICE_A, hidden=BLIND)),
    Row("api_authorizations", get=api(*HQ, *FIELD, *STATION), post=api(*STATION, ok=415)),
    Row("api_authorization", args=asked, get=api(*READERS, hidden=BLIND)),
    Row("api_authorization_photos", args=asked, post=api(*STATION_A, ok=400, hidden=BLIND)),
    Row("api_authorization_grant", args=asked, post=api(*DECIDERS, ok=415, hidden=BLIND)),
    Row("api_authorization_refuse", args=asked, post=api(*DECIDERS, ok=415, hidden=BLIND)),
    Row("api_authorization_withdraw", args=asked, post=api(*OFFICE_A, ok=415, hidden=BLIND)),
]
