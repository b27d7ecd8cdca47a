"""What a page's roof shows of dated terms: proposals of others that wait for a release. Not here: the terms (masters)."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core import registries, show
from portal.core.registries import WorkItem, Worklist
from warranty.models import MasterStatus
from warranty.models.dated import DatedMaster


def register() -> None:
    """Called in WarrantyConfig.ready()."""
    registries.worklist(terms_to_release)


def terms_to_release(user: Any) -> Iterable[Worklist]:
    """Rates, causes, reasons and agreements that another person proposed, a group of each kind, the oldest first."""
    for model in dated_models():
        name = model._meta.model_name
        if not user.has_perm(f"warranty.release_{name}"):
            continue
        rows: QuerySet[Any] = model._default_manager.filter(status=MasterStatus.PROPOSED).exclude(created_by=user.pk)
        label = format_lazy(pgettext_lazy("worklist", "To release: {terms}"), terms=model._meta.verbose_name_plural)
        url = f"{reverse(f'admin:warranty_{name}_changelist')}?status__exact={MasterStatus.PROPOSED}"
        yield Worklist(f"release_{name}", label, rows.order_by("pk"), _item, url, tone="wait")


def dated_models() -> list[type[DatedMaster]]:
    """Every kind of dated term."""
    return [model for model in apps.get_app_config("warranty").get_models() if issubclass(model, DatedMaster)]


def _item(row: DatedMaster) -> WorkItem:
    url = reverse(f"admin:warranty_{row._meta.model_name}_change", args=[row.pk])
    return WorkItem(
        str(row), show.day(row.valid_from), url, status=str(row.get_status_display()), tone="wait",
        action=gettext_lazy("Look through it"),
    )  # fmt: skip
