"""What headquarters types about campaigns: terms, units to add, the end, whom it has told."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import Part
from portal.core.pages import ActingForm
from service.models import LaborOperation
from stations.models import ProductModel
from warranty.models import CampaignKind, ScopeWay

MOST_SERIALS = 100_000
LONGEST = 60


def _day(label: Any, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **given)


def serials_in(text: str) -> list[str]:
    """Serial numbers in any usual writing: lines, commas, tabs; each once, in order."""
    return list(dict.fromkeys(each for each in re.split(r"[\s,;，；、]+", text) if each))


class TermsForm(ActingForm):
    """What the campaign is."""

    name = forms.CharField(label=pgettext_lazy("campaign", "Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=CampaignKind.choices)
    valid_from = _day(pgettext_lazy("campaign", "Repairs from"))
    valid_to = _day(pgettext_lazy("campaign", "Repairs before"), required=False)
    operations = forms.CharField(
        label=_("Operation codes"), max_length=500,
        help_text=_("What is paid in full on these units, one or several codes."),
    )  # fmt: skip
    parts = forms.CharField(label=_("Part numbers"), max_length=2000, required=False)
    instructions = forms.CharField(
        label=_("What the technician does"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_operations(self) -> list[LaborOperation]:
        """All known."""
        return self._known(LaborOperation.objects.filter(is_active=True), "code", self.cleaned_data["operations"])

    def clean_parts(self) -> list[Part]:
        """All known."""
        return self._known(Part.objects.all(), "number", self.cleaned_data["parts"])

    def _known(self, rows: Any, name: str, text: str) -> list[Any]:
        wanted = serials_in(text)
        found = {getattr(row, name): row for row in rows.filter(**{f"{name}__in": wanted})}
        if missing := [each for each in wanted if each not in found]:
            raise forms.ValidationError(_("Not known: %(missing)s."), params={"missing": ", ".join(missing[:10])})
        return [found[each] for each in wanted]

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        values = super().clean() or {}
        since, until = values.get("valid_from"), values.get("valid_to")
        if since and until and until <= since:
            text = _("Got %(got)s, expected a day after %(since)s.")
            self.add_error("valid_to", text % {"got": until.isoformat(), "since": since.isoformat()})
        return values


class NewCampaignForm(TermsForm):
    """The same with its code."""

    code = forms.CharField(label=pgettext_lazy("campaign", "Code"), max_length=40)
    field_order = ("code",)


class ScopeForm(ActingForm):
    """Which units: pasted or from a file, a range, or a model by day of production."""

    way = forms.ChoiceField(label=_("How units are named"), choices=ScopeWay.choices, initial=ScopeWay.LISTED)
    serials = forms.CharField(
        label=_("Serial numbers"), required=False, strip=False, max_length=MOST_SERIALS * 20,
        widget=forms.Textarea(attrs={"rows": 5, "class": "mono", "spellcheck": "false"}),
        help_text=_("One a line, as pasted from Excel; up to 100,000."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Text or CSV file"), required=False, max_length=300, help_text=_("Serial numbers in the first column.")
    )
    first = forms.CharField(label=_("From serial number"), max_length=LONGEST, required=False)
    last = forms.CharField(label=_("To serial number"), max_length=LONGEST, required=False)
    model = forms.CharField(label=_("Product model (code)"), max_length=40, required=False)
    since = _day(_("Produced from"), required=False)
    until = _day(_("Produced through"), required=False)

    WANTED = {
        ScopeWay.RANGE: ("first", "last"),
        ScopeWay.PRODUCED: ("model", "since", "until"),
    }

    def clean_file(self) -> list[str]:
        """The first column of a text file."""
        upload = self.cleaned_data["file"]
        if upload is None:
            return []
        if upload.size > 10_000_000:
            raise forms.ValidationError(_("The file has more than 10 MB."))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("Expected a text file in UTF-8, one serial number a line.")) from None
        if "\x00" in text:
            raise forms.ValidationError(_("Expected a text file in UTF-8, one serial number a line."))
        return [line.split(",")[0].split("\t")[0].strip().strip('"') for line in text.splitlines()]

    def clean(self) -> dict[str, Any]:
        """What the way needs, and nothing else."""
        values = super().clean() or {}
        way = values.get("way")
        for name in self.WANTED.get(ScopeWay(way), ()) if way else ():
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("This field is required."))
        if way == ScopeWay.LISTED:
            self._clean_list(values)
        if way == ScopeWay.PRODUCED and values.get("model"):
            values["model"] = ProductModel.objects.filter(code=values["model"].strip()).first()
            if values["model"] is None:
                self.add_error("model", _("Not known: %(missing)s.") % {"missing": self.data.get("model", "")[:40]})
        since, until = values.get("since"), values.get("until")
        if way == ScopeWay.PRODUCED and since and until and until < since:
            text = _("Got %(got)s, expected %(since)s or later.")
            self.add_error("until", text % {"got": until.isoformat(), "since": since.isoformat()})
        return values

    def _clean_list(self, values: dict[str, Any]) -> None:
        found = serials_in(values.get("serials") or "")
        found = list(dict.fromkeys([*found, *(each for each in values.get("file") or [] if each)]))
        if not found and not self.errors:
            self.add_error("serials", _("Paste serial numbers or choose a file."))
        if too_long := next((each for each in found if len(each) > LONGEST), None):
            self.add_error("serials", _("“%(got)s” is too long for a serial number.") % {"got": too_long[:70]})
        if len(found) > MOST_SERIALS:
            text = _("Got %(got)s serial numbers, expected at most %(most)s.")
            self.add_error("serials", text % {"got": len(found), "most": MOST_SERIALS})
        values["serials"] = found

    def given(self) -> dict[str, Any]:
        """What the operation is told."""
        values, way = self.cleaned_data, ScopeWay(self.cleaned_data["way"])
        if way == ScopeWay.LISTED:
            return {"serials": values["serials"]}
        if way == ScopeWay.RANGE:
            return {"first": values["first"].strip(), "last": values["last"].strip()}
        days = {name: values[name].isoformat() for name in ("since", "until")}
        return {"model": values["model"].pk, "model_code": values["model"].code, **days}


class EndForm(ActingForm):
    """When it ends."""

    before = _day(pgettext_lazy("campaign", "Repairs before"))


class NotifiedForm(ActingForm):
    """Whose owners were told, and how."""

    serials = forms.CharField(
        label=_("Serial numbers"), required=False, max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", "spellcheck": "false"}),
        help_text=_("Empty: all units whose owners were not told yet."),
    )  # fmt: skip
    note = forms.CharField(label=_("How they were told"), max_length=300, required=False)

    def clean_serials(self) -> list[str]:
        """As a list."""
        return serials_in(self.cleaned_data["serials"])
