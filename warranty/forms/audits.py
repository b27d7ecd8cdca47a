"""Forms of region audits and lowered limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from warranty.models import RegionAuditStatus

FOUND = [RegionAuditStatus.SOUND, RegionAuditStatus.WRONG]


class RegionAuditForm(ActingForm):
    """What the region found."""

    outcome = forms.ChoiceField(
        label=_("What was found"), choices=[(each.value, each.label) for each in FOUND], widget=forms.RadioSelect
    )
    finding = forms.CharField(
        label=_("In words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Whom you asked, what you saw, which papers you checked."),
    )

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        chosen = self.cleaned_data
        return {"wrong": chosen["outcome"] == RegionAuditStatus.WRONG, "finding": chosen["finding"]}
