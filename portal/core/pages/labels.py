"""What a field is called in a heading or beside a search box: its verbose name, and whose it is where that alone is vague."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

VAGUE = frozenset({"code", "name", "number"})  # of what?


def label_of(path: str, model: type[models.Model]) -> str:
    """The name at the end of a path, such as “Dealer code” for dealer__code; empty where the path ends in no field."""
    owner: Any = model
    *way, last = path.split("__")
    named: Any = model._meta.verbose_name if last == "code" else ""
    try:
        for step in way:
            relation = owner._meta.get_field(step)
            owner, named = (
                relation.related_model,
                getattr(relation, "verbose_name", relation.related_model._meta.verbose_name),
            )
        field = owner._meta.get_field(last)
    except (FieldDoesNotExist, AttributeError):
        return ""
    label = str(getattr(field, "verbose_name", ""))
    if named and last in VAGUE and not _says_whose(str(named).lower(), label.lower()):
        label = _("%(thing)s %(field)s") % {"thing": named, "field": _not_twice(str(named), label)}
    return capfirst(label)


def _not_twice(thing: str, label: str) -> str:
    """The label without its first sign where a Chinese thing ends in it: 索赔单 and 单号 are 索赔单号."""
    return label[1:] if not thing.isascii() and thing[-1:] == label[:1] else label


def _says_whose(thing: str, label: str) -> bool:
    """Whether the label names the thing already: by its last word, or in Chinese by its last two signs."""
    return thing.split()[-1] in label or (not thing.isascii() and thing[-2:] in label)
