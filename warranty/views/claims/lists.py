"""Lists of claims, and the finished jobs that can be claimed."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import at_headquarters
from portal.core import show
from portal.core.pages import Action, Column, ScopedListView, Stat
from portal.core.saved_views import filters_of
from portal.core.templatetags.yizhan import mood
from service.models import WorkOrder
from warranty.deadline import deadline_of
from warranty.models import ClaimStatus, WarrantyClaim
from warranty.whereabouts import age_of, money_expected
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


def until_when(claim: WarrantyClaim) -> str | SafeString:
    """The last day to submit a draft, or that it has passed; how long another open claim waits, colored by age."""
    if claim.status != ClaimStatus.DRAFT:
        age = age_of(claim)
        if age is None or not age[0]:
            return ""
        text = ngettext("waits %(count)s day", "waits %(count)s days", age[0]) % {"count": age[0]}
        return mood(age[1], text) if age[1] != "calm" else text
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
    template_name = "warranty/claim_list.html"

    def get_actions(self) -> Sequence[Action]:
        asked = f"{reverse('claim_report_ask')}?{filters_of(self.request.GET.urlencode())}"
        return [
            Action(_("Old parts to return"), reverse("failed_parts_to_return"), "warranty.pack_box"),
            Action(_("Claim report"), asked, "warranty.report_claims"),
            Action(_("New claim"), reverse("claimable_jobs"), "warranty.draft_claim", "primary"),
        ]

    def expected(self) -> list[Stat]:
        """For stations: what the next months bring of claims that are granted and not paid yet, CNY without tax."""
        if at_headquarters(self.request.user):
            return []
        return [
            Stat(gettext("Expected in %(month)s") % {"month": show.month(month)}, show.money(amount))
            for month, amount in money_expected(WarrantyClaim.objects.visible_to(self.request.user))
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"expected": self.expected()}


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
