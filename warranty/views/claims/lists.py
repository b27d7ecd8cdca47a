"""Lists of claims, and the finished jobs that can be claimed."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.pages import Action, Column, ScopedListView
from service.models import WorkOrder
from warranty.deadline import deadline_of
from warranty.models import ClaimStatus, WarrantyClaim
from warranty.worklists import unclaimed_jobs

EDIT = "warranty.edit_claim"
RELATED = (
    "station",
    "work_order__request",
    "unit",
    "product_model",
    "fault_code",
    "submitted_by",
    "replaces",
    "goodwill",
)


def until_when(claim: WarrantyClaim) -> str:
    """The last day to submit a draft, or that it has passed; nothing for other claims."""
    if claim.status != ClaimStatus.DRAFT:
        return ""
    limit = deadline_of(claim.repaired_on)
    text = gettext("expired on %(day)s") if limit.is_past else gettext("submit by %(day)s")
    return text % {"day": show.day(limit.last)}


class ClaimList(ScopedListView):
    """Claims of the user's scope, open ones first by choosing a chip."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    export_permission = "warranty.export_lists"
    title = _("Warranty claims")
    columns = (
        Column(str, _("Claim"), "number", small="work_order__number"),
        Column("serial_number", small="product_model__local_name"),
        Column("status", kind="badge", small=until_when),
        Column("failed_on", kind="day", sort="failed_on"),
        Column("claimed_total", kind="money", sort="claimed_total"),
        Column(lambda claim: claim.approved_total, _("Approved"), "money", sort="approved_total"),
        Column("station", small="station__code", on_phone=False),
    )
    search_fields = (
        "number", "serial_number", "work_order__number", "product_model__code", "product_model__name",
        "product_model__name_en", "station__name", "station__name_en",
    )  # fmt: skip
    filter_fields = ("station", "failed_on")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("station", "work_order", "product_model")
    empty_text = _("No claims yet. A claim starts from a finished job.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New claim"), reverse("claimable_jobs"), "warranty.draft_claim", "primary")]


class ClaimQueue(ClaimList):
    """Claims that wait for a decision, oldest first, with what they ask for; deciding is done in the administration."""

    permission = "warranty.approve_claim"
    title = _("Claims to decide")
    chips = ""
    filter_fields = ("station", "route")
    ordering = ("submitted_at",)
    empty_text = _("Nothing waits for a decision.")

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().awaiting_decision()  # type: ignore[attr-defined,no-any-return]

    def get_actions(self) -> Sequence[Action]:
        return []


class ClaimableJobs(ScopedListView):
    """Finished jobs that no claim covers: the first step of a claim."""

    model = WorkOrder
    permission = "warranty.draft_claim"
    title = _("Finished jobs without a claim")
    subtitle_text = _("Choose the job; parts, hours, way and photos are taken over.")
    columns = (
        Column("number", small="request__unit__serial_number"),
        Column("request__unit__product_model__local_name", _("Model")),
        Column("repaired_on", kind="day"),
        Column("station", on_phone=False),
    )
    search_fields = ("number", "request__unit__serial_number")
    ordering = ("-repaired_on",)
    select_related = ("station", "request__unit__product_model")
    template_name = "warranty/claimable_jobs.html"
    empty_text = _("Every finished job is claimed.")

    def get_queryset(self) -> models.QuerySet[Any]:
        return unclaimed_jobs(self.request.user).select_related(*self.select_related)  # type: ignore[no-any-return]
