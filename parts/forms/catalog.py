"""What headquarters types into the catalog."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts import sharing
from parts.catalog import clean_number
from parts.models import Part, Supersession


class PartAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A part; its number is cleaned before it is compared."""

    class Meta:
        model = Part
        fields = (
            "number",
            "name",
            "name_en",
            "category",
            "part_class",
            "unit",
            "pack_qty",
            "min_order_qty",
            "is_serialised",
            "must_return",
            "lifecycle",
        )

    def clean_number(self) -> str:
        """Not empty once it is clean."""
        number = clean_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("The part number is empty."))
        return number


class SupersessionAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A supersession that leads back to its own part is refused."""

    class Meta:
        model = Supersession
        fields = ("old", "new", "mode", "ratio")

    def clean(self) -> dict[str, Any]:
        """No part supersedes itself, at once or along a chain."""
        values: dict[str, Any] = super().clean() or {}
        old, new = values.get("old"), values.get("new")
        if old and new:
            rows = Supersession.objects.exclude(pk=self.instance.pk).values_list("old_id", "new_id")
            if sharing.closes_cycle([sharing.Link(*row) for row in rows], old.pk, new.pk):
                self.add_error("new", _("This part would in the end supersede itself."))
        return values
