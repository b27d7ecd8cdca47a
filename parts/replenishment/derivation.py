"""A figure's derivation as sentences: what led to the levels and the suggestion, number by number. Pure wording."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from parts.models import LevelSource, PlanningFigure
from parts.planning.forecast import ADI_LIMIT
from parts.planning.levels import whole
from portal.core import show


def sentences(figure: PlanningFigure) -> list[tuple[str, str]]:
    """Pairs of what was found and how."""
    return [_demand(figure), _classes(figure), _lead(figure), *_levels(figure), _position(figure), _suggestion(figure)]


def _demand(figure: PlanningFigure) -> tuple[str, str]:
    found = _("Demand %(mean)s a day, spread %(sd)s, from %(months)s months of history.") % {
        "mean": number(figure.demand_mean, 3),
        "sd": number(figure.demand_sd, 3),
        "months": figure.history_months,
    }
    if figure.adi is None:
        return found, _("No demand in the history.")
    if figure.adi >= ADI_LIMIT:
        how = _("Demand every %(adi)s months (1.32 or more is intermittent): Croston–SBA forecasts %(month)s a month.")
    else:
        how = _("Demand every %(adi)s months: the mean of the months is %(month)s.")
    return found, how % {"adi": number(figure.adi, 2), "month": number(figure.forecast_month, 3)}


def _classes(figure: PlanningFigure) -> tuple[str, str]:
    found = _("Class ABC %(abc)s · XYZ %(xyz)s, pattern: %(pattern)s.") % {
        "abc": figure.abc,
        "xyz": figure.xyz,
        "pattern": figure.get_pattern_display(),
    }
    how = _(
        "Issues of 12 months are worth %(value)s; squared variation of the sizes is %(cv2)s (0.49 or more is uneven)."
    )
    return found, how % {"value": show.money(figure.issue_value), "cv2": number(figure.cv2, 2)}


def _lead(figure: PlanningFigure) -> tuple[str, str]:
    found = _("Delivery takes %(days)s days, spread %(sd)s.") % {
        "days": number(figure.lead_days, 1),
        "sd": number(figure.lead_sd_days, 1),
    }
    offer = figure.supplier_part
    how = str(figure.get_lead_source_display())
    return found, f"{how}: {offer.supplier.local_name}" if offer else how


def _levels(figure: PlanningFigure) -> list[tuple[str, str]]:
    if figure.level_source == LevelSource.NONE:
        return [(_("No reorder point."), str(LevelSource.NONE.label))]
    point = _("Reorder point %(point)s, target %(target)s.") % {
        "point": show.quantity(whole(figure.reorder_point)),
        "target": show.quantity(figure.target),
    }
    by_hand = figure.level_source in {LevelSource.MANUAL, LevelSource.FORCED}
    if by_hand:
        how = _("%(source)s: minimum %(minimum)s.") % {
            "source": figure.get_level_source_display(),
            "minimum": show.quantity(figure.minimum),
        }
        return [(point, how)]
    safety = _("Safety stock %(safety)s.") % {"safety": show.quantity(figure.safety_stock)}
    values = {
        "z": number(figure.factor, 3),
        "lead": number(figure.lead_days, 1),
        "sd": number(figure.demand_sd, 3),
        "mean": number(figure.demand_mean, 3),
        "lead_sd": number(figure.lead_sd_days, 1),
        "safety": show.quantity(figure.safety_stock),
        "exact": number(figure.reorder_point, 2),
    }
    root = _("%(z)s × √(%(lead)s × %(sd)s² + %(mean)s² × %(lead_sd)s²), rounded up.") % values
    sum_ = str(_("%(mean)s × %(lead)s + %(safety)s = %(exact)s, shown rounded up.") % values)
    if figure.manual_target is not None:
        set_by_hand = _("The target was set by hand.")
        sum_ = f"{sum_} {set_by_hand}"
    return [(safety, root), (point, sum_)]


def _position(figure: PlanningFigure) -> tuple[str, str]:
    found = _("Position %(position)s.") % {"position": show.quantity(figure.position)}
    how = _("On hand %(on_hand)s + on order %(on_order)s − set aside %(reserved)s − backorders %(backorder)s.")
    return found, how % {
        "on_hand": show.quantity(figure.on_hand),
        "on_order": show.quantity(figure.on_order),
        "reserved": show.quantity(figure.reserved),
        "backorder": show.quantity(figure.backorder),
    }


def _suggestion(figure: PlanningFigure) -> tuple[str, str]:
    if not figure.suggested_qty:
        above = figure.position > figure.reorder_point
        why = _("The position is above the reorder point.") if above else _("Nothing is missing up to the target.")
        return _("No suggestion."), why
    found = _("Order %(qty)s.") % {"qty": show.quantity(figure.suggested_qty)}
    how = _("Up to the target %(missing)s are missing; in packs of %(pack)s, at least %(moq)s.")
    return found, how % {
        "missing": show.quantity(max(figure.target - figure.position, Decimal(0))),
        "pack": show.quantity(figure.pack_qty),
        "moq": show.quantity(figure.min_order_qty),
    }


def number(value: Any, places: int) -> str:
    """With so many places, needless zeros left out."""
    text = f"{Decimal(value):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
