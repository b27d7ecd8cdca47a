"""Filing, answering, rewarding and publishing ideas."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import ActingForm
from stations.bulletins import stations_of
from stations.forms.applications import ManyFilesField, ManyFilesInput
from stations.models import Idea, Station
from stations.models.ideas import MOST_POINTS

MOST_FILES = 12


def _text(name: str, *, rows: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    field: Any = Idea._meta.get_field(name)
    return forms.CharField(
        label=field.verbose_name, max_length=field.max_length, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class IdeaForm(ActingForm):
    """What would be better, for one of the author's stations."""

    station = forms.ModelChoiceField(label=_("station"), queryset=Station.objects.all(), empty_label=None)
    title = forms.CharField(label=_("title"), max_length=80)
    problem = _text("problem", rows=4, help_text=_("What happens today, how often, what it costs."))
    proposal = _text("proposal", rows=4, help_text=_("What should be done instead."))
    expected_benefit = _text("expected_benefit", rows=3, required=False)
    names_station = forms.BooleanField(
        label=_("the station may be named in public"), required=False,
        help_text=_("If headquarters publishes the idea to all stations. Your own name is never shown."),
    )  # fmt: skip
    files = ManyFilesField(  # type: ignore[assignment]  # the form class takes it into its fields
        label=_("photos"), required=False, widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Station.objects.filter(pk__in=stations_of(self.user, clock.today()))
        self.fields["station"].queryset = own.order_by("code")  # type: ignore[attr-defined]

    def clean_files(self) -> list[Any]:
        """Not more than somebody looks through."""
        files: list[Any] = self.cleaned_data["files"]
        if len(files) > MOST_FILES:
            text = _("Got %(got)s files; expected at most %(most)s.")
            raise forms.ValidationError(text, params={"got": len(files), "most": MOST_FILES})
        return files


class AnswerForm(ActingForm):
    """What the author is told."""

    answer = _text("answer", rows=4, help_text=_("At least 10 characters; the author and the station read it."))


class RewardForm(ActingForm):
    """Points, money or both."""

    points = forms.IntegerField(label=_("points"), min_value=0, max_value=MOST_POINTS, initial=0)
    amount = forms.DecimalField(
        label=_("amount (CNY, tax excluded)"), min_value=0, max_value=1_000_000, decimal_places=2, initial=0,
        help_text=_("The next statement of the station credits it."),
    )  # fmt: skip
    reason = forms.CharField(label=_("reason"), max_length=300)


class GrantForm(ActingForm):
    """A note on granting."""

    note = forms.CharField(label=_("note"), max_length=300, required=False)


class RefuseForm(ActingForm):
    """Why not."""

    note = forms.CharField(label=_("reason"), max_length=300)


class PublishIdeaForm(ActingForm):
    """What all stations read, in both languages."""

    headline = forms.CharField(label=_("headline"), max_length=80)
    headline_en = forms.CharField(label=_("English headline"), max_length=120)
    summary = forms.CharField(label=_("summary"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5}))
    summary_en = forms.CharField(label=_("English summary"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            self.initial = {"headline": self.subject.title, "summary": self.subject.proposal, **self.initial}
