"""Writing, withdrawing and finding documents."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.listing import PageFilterSet, YesNoFilter
from portal.core.pages import ActingForm
from stations.bulletins import Audience, files_of
from stations.forms.applications import DateInput, ManyFilesField, ManyFilesInput
from stations.models import Bulletin, BulletinKind, GradeLetter, ProductFamily, Region, StationKind


def _text(label: Any, *, length: int, required: bool = False, rows: int = 8, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class BulletinForm(ActingForm):
    """All of a draft; the lists of the audience narrow it, and left empty they leave nobody out."""

    kind = forms.ChoiceField(label=_("kind"), choices=BulletinKind)
    title = forms.CharField(label=_("title"), max_length=120)
    title_en = forms.CharField(label=_("English title"), max_length=160, required=False)
    body = _text(_("text"), length=20_000, rows=10, help_text=_("A text, files or both."))
    body_en = _text(_("English text"), length=20_000)
    change_note = forms.CharField(label=_("what has changed"), max_length=300, required=False)
    change_note_en = forms.CharField(label=_("what has changed, in English"), max_length=300, required=False)
    must_read = forms.BooleanField(label=_("must be read"), required=False)
    read_by = forms.DateField(
        label=_("to be read until"), required=False, widget=DateInput(), help_text=_("Only for what must be read.")
    )
    regions = forms.ModelMultipleChoiceField(
        label=_("regions"), queryset=Region.objects.all(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all regions."),
    )  # fmt: skip
    station_kinds = forms.MultipleChoiceField(
        label=_("kinds of station"), choices=StationKind, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all kinds."),
    )  # fmt: skip
    grades = forms.MultipleChoiceField(
        label=_("grades"), choices=GradeLetter, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all grades. The grade on the day of publication counts."),
    )  # fmt: skip
    families = forms.ModelMultipleChoiceField(
        label=_("product families"), queryset=ProductFamily.objects.all(), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all. Else stations with a technician certified for one of them."),
    )  # fmt: skip
    files = ManyFilesField(  # type: ignore[assignment]  # the form class takes it into its fields
        label=_("files"), required=False, widget=ManyFilesInput(attrs={"accept": "image/*,application/pdf"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        draft: Bulletin | None = self.subject
        if draft is None or draft.version == 1:
            del self.fields["change_note"], self.fields["change_note_en"]
        if draft is not None:
            self.initial = {**_initial(draft), **self.initial}
            choices = [(file.pk, file.name) for file in files_of(draft)]
            if choices:
                self.fields["removed_files"] = forms.TypedMultipleChoiceField(
                    label=_("files to take off"), choices=choices, coerce=int, required=False,
                    widget=forms.CheckboxSelectMultiple,
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What must be read names its day."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("must_read") and not values.get("read_by") and "read_by" not in self.errors:
            self.add_error("read_by", _("Name the day until which it must be read."))
        return values

    def facts(self) -> dict[str, Any]:
        """The arguments of write_bulletin and edit_bulletin."""
        values = dict(self.cleaned_data)
        audience = Audience(
            regions=_codes(values.pop("regions")), kinds=tuple(values.pop("station_kinds")),
            grades=tuple(values.pop("grades")), families=_codes(values.pop("families")),
        )  # fmt: skip
        return values | {"audience": audience}


def _codes(rows: Iterable[Any]) -> tuple[str, ...]:
    return tuple(row.code for row in rows)


def _initial(draft: Bulletin) -> dict[str, Any]:
    names = (
        "kind", "title", "title_en", "body", "body_en", "change_note", "change_note_en", "must_read", "read_by",
        "station_kinds", "grades",
    )  # fmt: skip
    return {name: getattr(draft, name) for name in names} | {
        "regions": Region.objects.filter(code__in=draft.region_codes),
        "families": ProductFamily.objects.filter(code__in=draft.family_codes),
    }


class WithdrawForm(ActingForm):
    """Why nobody goes by it any more."""

    reason = forms.CharField(
        label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 4 characters; the readers see it."),
    )  # fmt: skip


def _families() -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in ProductFamily.objects.order_by("code")]


class BulletinFilter(PageFilterSet):
    """By kind and product family; only what is not read, or must be."""

    family = django_filters.ChoiceFilter(label=_("product family"), choices=_families, method="of_family")
    must_read = YesNoFilter(label=_("must be read"))
    unread = YesNoFilter(label=_("not read yet"), method="not_read")

    class Meta:
        model = Bulletin
        fields = ["kind"]

    def of_family(self, rows: Any, _name: str, code: str) -> Any:
        """Documents about the family."""
        return rows.filter(family_codes__contains=[code])

    def not_read(self, rows: Any, _name: str, value: bool) -> Any:
        """In force and not confirmed by this reader; or all others."""
        unread = Bulletin.objects.in_force().unread_by(self.request.user).values("pk")
        return rows.filter(pk__in=unread) if value else rows.exclude(pk__in=unread)
