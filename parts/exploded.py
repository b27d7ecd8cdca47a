"""Exploded views: a drawing of a model's assembly, and where its parts stand in it. Not here: which part fits (fitting)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parts.models import ExplodedView, Fitment
from portal.core import events
from portal.core.attachments import attach, attachments_of
from portal.core.errors import Refusal
from portal.core.models.attachments import Attachment

PICTURE = "drawing"


class NotAPictureOfParts(Refusal):
    """A PDF has no places to point at."""

    message = _("“%(name)s” is not a picture: upload the drawing as JPEG, PNG or WebP.")
    code = "not_a_picture"


class OtherModel(Refusal):
    """A drawing shows parts of its model."""

    message = _("%(part)s is not in the bill of materials of %(model)s.")
    code = "other_model"


class OutsideTheDrawing(Refusal):
    """In percent of its sides."""

    message = _("Place in the drawing: got %(x)s, %(y)s; expected two numbers from 0 to 100.")
    code = "outside_the_drawing"


class AssemblyKnown(Refusal):
    """One drawing an assembly."""

    message = _("%(model)s already has a drawing of “%(title)s”.")
    code = "assembly_known"


@transaction.atomic
def draw_view(
    product_model: Any, *, title: str, picture: Any, actor: Any, title_en: str = "", at: datetime | None = None
) -> ExplodedView:
    """The model has a drawing of the assembly, without parts yet. Raises AssemblyKnown, BadFile, NotAPictureOfParts.

    Writes the view, its picture, one Event.
    """
    title = " ".join(title.split())[:120]
    known = ExplodedView.objects.filter(product_model=product_model)
    if known.filter(title=title).exists():
        raise AssemblyKnown(model=product_model.code, title=title, field="title")
    view = ExplodedView.objects.create(
        product_model=product_model, title=title, title_en=title_en[:120], position=known.count() + 1
    )
    made = attach(view, picture, kind=PICTURE, actor=actor, field="picture")
    if not made.is_picture:
        raise NotAPictureOfParts(name=made.name, field="picture")
    events.record(view, "explodedview.drawn", actor=actor, at=at, root="")
    return view


def picture_of(view: ExplodedView) -> Attachment | None:
    """The drawing itself."""
    return attachments_of(view, PICTURE).last()


@transaction.atomic
def place_part(
    view: ExplodedView,
    fitment: Fitment,
    *,
    position_number: str,
    x_percent: Decimal,
    y_percent: Decimal,
    actor: Any,
    at: datetime | None = None,
) -> Fitment:
    """The part stands under its number at this place of the drawing. Raises OtherModel, OutsideTheDrawing. Writes one Event."""
    if fitment.product_model_id != view.product_model_id:
        raise OtherModel(part=fitment.part.number, model=view.product_model.code, field="fitment")
    if not (0 <= x_percent <= 100 and 0 <= y_percent <= 100):
        raise OutsideTheDrawing(x=x_percent, y=y_percent, field="x_percent")
    fitment.view, fitment.position_number = view, position_number.strip()[:10]
    fitment.x_percent, fitment.y_percent = x_percent, y_percent
    fitment.save(update_fields=["view", "position_number", "x_percent", "y_percent"])
    data = {"part": fitment.part.number, "position": fitment.position_number}
    note = f"{fitment.position_number} · {fitment.part.number}"
    events.record(view, "explodedview.placed", actor=actor, at=at, note=note, data=data, root="")
    return fitment
