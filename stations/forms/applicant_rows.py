"""Rows of the applicant's lists: people and equipment. Not here: how many there must be (stations.applications)."""

from typing import Any

from django import forms

from portal.core.pages import be_careful
from portal.core.phones import phone_number
from stations.applications.drafting import MOST_ROWS
from stations.forms.applications import DateInput
from stations.models import ApplicationEquipment, ApplicationPerson


class Row(forms.ModelForm):  # type: ignore[type-arg]
    """A row without a name is an empty one and is left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        be_careful(self)
        for field in self.fields.values():
            field.required = False

    def row(self) -> dict[str, Any] | None:
        """The row for the operation, without what was left empty or is wrong; nothing if it has no name."""
        if not self.cleaned_data.get("name"):
            return None
        return {
            name: value for name, value in self.cleaned_data.items() if value not in (None, "") and name != "DELETE"
        }


class PersonForm(Row):
    """Somebody who works at the outlet."""

    class Meta:
        model = ApplicationPerson
        fields = ("name", "role", "id_number", "phone", "certificate", "certificate_expires_on")
        widgets = {"certificate_expires_on": DateInput(), "phone": forms.TextInput(attrs={"inputmode": "tel"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(phone_number)


class EquipmentForm(Row):
    """A kind of tool or instrument."""

    class Meta:
        model = ApplicationEquipment
        fields = ("name", "model", "serial_number", "quantity", "calibrated_until")
        widgets = {"calibrated_until": DateInput(), "quantity": forms.NumberInput(attrs={"inputmode": "numeric"})}


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """A list; what it has to hold is asked when the application is sent."""

    def rows(self) -> list[dict[str, Any]]:
        """The filled rows, in their order, each as far as it is right."""
        self.is_valid()
        made = (form.row() for form in self.forms)
        return [row for row in made if row is not None]

    @property
    def is_too_long(self) -> bool:
        """More rows than an outlet has: then none of them is taken."""
        self.is_valid()
        return bool(self.non_form_errors())


def _rows(form: type[Row]) -> Any:
    return forms.formset_factory(
        form, formset=Rows, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1, validate_max=True
    )


PeopleRows, EquipmentRows = _rows(PersonForm), _rows(EquipmentForm)
