"""Material, sessions, seats, exams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.pages import ActingForm
from stations.forms.applications import ManyFilesField, ManyFilesInput
from stations.models import Course, Technician


class MomentInput(forms.DateTimeInput):
    """The device's own picker of day and time."""

    input_type = "datetime-local"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


class MaterialForm(ActingForm):
    """The next version of a course's material."""

    changes = forms.CharField(label=_("what changed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    changes_en = forms.CharField(
        label=_("what changed (English)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    documents = ManyFilesField(label=_("files (PDF or pictures)"), widget=ManyFilesInput())


class SessionForm(ActingForm):
    """When, where and for how many a course is held."""

    room = forms.CharField(label=_("room"), max_length=80)
    trainer = forms.CharField(label=_("trainer"), max_length=60)
    exhibits = forms.CharField(label=_("exhibits"), max_length=200, required=False)
    starts_at = forms.DateTimeField(label=_("starts at"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("ends at"), widget=MomentInput())
    seats = forms.IntegerField(label=_("seats"), min_value=1, max_value=500)


class NewSessionForm(SessionForm):
    """The same, and of which course."""

    course = forms.ModelChoiceField(label=_("course"), queryset=Course.objects.filter(is_active=True))
    field_order = ("course",)


class EnrollForm(ActingForm):
    """Who shall have a seat."""

    technician = forms.ModelChoiceField(
        label=_("technician"), queryset=Technician.objects.filter(is_active=True).select_related("station")
    )


class AttendanceForm(ActingForm):
    """Who was there."""

    attended = forms.MultipleChoiceField(
        label=_("attended"), required=False, widget=forms.CheckboxSelectMultiple(), choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = self.subject.enrollments.filter(status="confirmed").select_related("technician__station")
        field: Any = self.fields["attended"]
        field.choices = [(str(row.pk), f"{row.technician} · {row.technician.station}") for row in seated]


class PracticalForm(ActingForm):
    """What the trainer saw."""

    points = forms.IntegerField(label=_("practical points"), min_value=0, max_value=100)


MOST_CHOICES = 8


class QuestionForm(ActingForm):
    """A question of the bank; its choices stand below."""

    text = forms.CharField(label=_("text"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    text_en = forms.CharField(
        label=_("English text"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    points = forms.IntegerField(label=pgettext_lazy("question", "points"), min_value=1, max_value=100, initial=5)


class ChangeQuestionForm(QuestionForm):
    """The question as it stands."""

    is_active = forms.BooleanField(label=pgettext_lazy("question", "asked"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.initial = getattr(self.subject, name)


class ChoiceForm(forms.Form):
    """One choice; a row without a text is none."""

    text = forms.CharField(label=_("choice"), max_length=200, required=False)
    text_en = forms.CharField(label=_("English text"), max_length=200, required=False)
    is_right = forms.BooleanField(label=_("right"), required=False)


ChoiceRows = forms.formset_factory(
    ChoiceForm, extra=2, min_num=2, max_num=MOST_CHOICES, absolute_max=MOST_CHOICES + 1, validate_max=True
)
