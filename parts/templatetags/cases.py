"""Words of receiving cases that frozen facts hold as codes."""

from django import template

from parts.models import DamagedGoods, Decision, Difference

register = template.Library()


@register.filter
def difference(code: str) -> str:
    """The kind of difference as people read it."""
    return str(dict(Difference.choices).get(code, code))


@register.filter
def case_decision(code: str) -> str:
    """The decision as people read it."""
    return str(dict(Decision.choices).get(code, code))


@register.filter
def damaged_goods(code: str) -> str:
    """Where damaged goods go, as people read it."""
    return str(dict(DamagedGoods.choices).get(code, code))
