"""Forms of the costs: which months, model and region; the language of the report."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core.pages import ActingForm
from stations.models import ProductModel, Region, Station
from warranty.costs import Asked
from warranty.costs.asked import MOST_MONTHS
from warranty.forms.settlement import MonthField


class CostFilter(ActingForm):
    """Empty fields: the last twelve months, all models, all regions that the reader sees."""

    since = MonthField(label=_("From month"), required=False)
    until = MonthField(label=_("To month"), required=False)
    model = forms.ModelChoiceField(label=_("Model"), queryset=ProductModel.objects.all(), required=False)
    region = forms.ModelChoiceField(label=_("Region"), queryset=Region.objects.all(), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        mine = Station.objects.visible_to(user).values("center__region")
        self.fields["region"].queryset = Region.objects.filter(pk__in=mine)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The months in their order, at most five years of them."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        usual = Asked.usual(found.get("until"))
        since, until = found.get("since") or usual.since, usual.until
        if since > until:
            self.add_error("since", _("The first month lies after the last."))
        elif len(Asked(since, until).months) > MOST_MONTHS:
            self.add_error("since", _("At most %(count)s months.") % {"count": MOST_MONTHS})
        return found

    def asked(self) -> Asked:
        """What a sound form asks for."""
        said = self.cleaned_data
        usual = Asked.usual(said["until"])
        return Asked(said["since"] or usual.since, usual.until, said["model"], said["region"])


class CostReportForm(ActingForm):
    """The language of its reader, who need not be who asks."""

    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)
