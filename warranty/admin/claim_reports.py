"""Claim reports at headquarters: read-only; asked for from the list of claims and from a claim."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from portal.core.admin import ReadOnlyAdmin
from portal.core.errors import Refusal
from portal.core.pages import ActingForm
from warranty import claim_reports
from warranty.models import ClaimReport, WarrantyClaim


class ReportForm(ActingForm):
    """The language of its reader."""

    language = forms.ChoiceField(
        label=_("Language of the report"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget
    )


def report_one(claim: WarrantyClaim, values: dict[str, Any], actor: Any) -> str:
    """The address of the report that is being made of this claim."""
    rows = WarrantyClaim.objects.visible_to(actor).filter(pk=claim.pk)
    with translation.override(values["language"]):
        said = [(gettext("Claim"), str(claim))]
    report = claim_reports.ask_report(rows, actor=actor, language=values["language"], filters=said, claim=claim)
    return report.get_absolute_url()


class ReportsChosen:
    """An action of the list of claims: a report of those chosen, or of all that the filters leave."""

    @admin.action(description=_("Claim report"), permissions=["report"])
    def report_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Its page, or the sentence that refuses it."""
        said = [(gettext("Chosen in the administration"), str(queryset.count()))]
        try:
            report = claim_reports.ask_report(
                queryset, actor=request.user, language=get_language() or settings.LANGUAGE_CODE, filters=said
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return None
        return HttpResponseRedirect(report.get_absolute_url())

    def get_action_choices(
        self, request: HttpRequest, default_choices: Any = None, action_location: Any = None
    ) -> list[tuple[str, str]]:
        """As the admin's look has it, under the name that Django asks for."""
        return super().get_action_choices(request)  # type: ignore[misc, no-any-return]

    def has_report_permission(self, request: HttpRequest) -> bool:
        """Whoever may ask for reports in the portal."""
        return bool(request.user.has_perm("warranty.report_claims"))


@admin.register(ClaimReport)
class ClaimReportAdmin(ReadOnlyAdmin):
    """Who asked for which claims, and the sums."""

    list_display = ("number", "asked_by", "asked_at", "claim_count", "line_count", "claimed", "approved", "appealed")
    list_select_related = ("asked_by",)
    search_fields = ("number",)
    ordering = ("-pk",)
    fields = (
        "number",
        "asked_by",
        "asked_at",
        "read_at",
        "language",
        "claim_count",
        "line_count",
        "claimed",
        "approved",
    )
    detail_template = "warranty/admin_claim_report.html"
