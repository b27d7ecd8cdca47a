"""Who takes old parts signs for them, by program as on the page: a drawing, or the name confirmed to stand for it."""

from typing import Any

from portal.core.api import StrictBoolean, StrictSerializer
from stations.api.visits import Drawing
from warranty.signatures import Signature


class Signing(StrictSerializer):
    """drawing: a PNG; confirmed: the name given stands for the signature."""

    drawing = Drawing()
    confirmed = StrictBoolean(default=False)


def signed(values: dict[str, Any], name: str) -> dict[str, Any]:
    """What the operation takes; name: the field with the name of who signs."""
    drawing, confirmed = values.pop("drawing"), values.pop("confirmed")
    return values | {"signature": Signature(values[name], drawing, confirmed)}
