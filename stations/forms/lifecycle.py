"""Suspending, resuming, leaving."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm


class WhyForm(ActingForm):
    """A reason that stays on record."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
