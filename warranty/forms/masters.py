"""What headquarters types about its masters: the day a version begins or ends, an extended-warranty contract."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parts.models import PartClass, PriceList, PriceListStatus
from portal.accounts.roles import Role
from portal.core.errors import Refusal
from portal.core.pages import ActingForm
from stations.models import GradeLetter
from warranty import masters, reasons
from warranty.models import ExtendedContract, GoodwillAuthority, PolicyStatus, ReasonUse, WarrantyPolicy


class NextVersionForm(ActingForm):
    """When the next version begins."""

    valid_from = forms.DateField(label=_("for sales from"), widget=forms.DateInput(attrs={"type": "date"}))


class EndPolicyForm(ActingForm):
    """When the policy ends."""

    before = forms.DateField(label=_("for sales before"), widget=forms.DateInput(attrs={"type": "date"}))


class EndTermForm(ActingForm):
    """When a term ends."""

    before = forms.DateField(
        label=_("First day on which it no longer holds"), widget=forms.DateInput(attrs={"type": "date"})
    )


class DatedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A term to propose: what the operation would refuse is said at its field, and nothing typed is lost."""

    refusing: ClassVar[tuple[Callable[[Any], None], ...]] = (masters.refuse_unfit,)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or self.instance.pk:
            return
        for refuse in self.refusing:
            try:
                refuse(self.instance)
            except Refusal as refusal:
                self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class ReasonCodeForm(DatedForm):
    """A version of a reason to propose; its uses are ticked."""

    uses = forms.MultipleChoiceField(
        label=pgettext_lazy("reason", "may be given for"), choices=ReasonUse.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    refusing = (reasons.refuse_nothing, masters.refuse_unfit)


class AuthorityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whose limit: one person's, or everybody's in a role."""

    role = forms.ChoiceField(label=_("role"), required=False, choices=[("", "–"), *Role.choices])

    class Meta:
        model = GoodwillAuthority
        fields = ("user", "role", "limit", "valid_from", "valid_to")

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        values = super().clean() or {}
        if bool(values.get("user")) == bool(values.get("role")):
            self.add_error("role", _("Name a person or a role, not both."))
        return values


class ExtendedContractForm(forms.ModelForm):  # type: ignore[type-arg]
    """A contract as bought; classes of parts are ticked."""

    part_classes = forms.MultipleChoiceField(
        label=_("classes of parts"), choices=PartClass.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ExtendedContract
        fields = ("unit", "contract_number", "bought_on", "months", "part_classes", "payer", "payer_name")


class ReplayForm(ActingForm):
    """Which draft is tried on which claims."""

    policy = forms.ModelChoiceField(label=_("Draft policy"), queryset=WarrantyPolicy.objects.none(), required=False)
    price_list = forms.ModelChoiceField(label=_("Price list"), queryset=PriceList.objects.none(), required=False)
    parameters_on = forms.DateField(
        label=_("Parameters as of"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Limits, shares and deadlines as they stand on that day, also on a day to come."),
    )  # fmt: skip
    rates_on = forms.DateField(
        label=_("Rates as of"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Labor and travel as they stand on that day, with what is proposed for it."),
    )  # fmt: skip
    grade_from = forms.ChoiceField(label=_("Stations of grade"), required=False)
    grade_to = forms.ChoiceField(
        label=_("are paid as grade"), required=False,
        help_text=_("Part prices, hourly rate and limit of the other grade."),
    )  # fmt: skip
    since = forms.DateField(label=_("Decided since"), widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.DateField(label=_("Decided before"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policies = WarrantyPolicy.objects.exclude(status=PolicyStatus.DROPPED).order_by("status", "code", "-version")
        self.fields["policy"].queryset = policies  # type: ignore[attr-defined]
        lists = PriceList.objects.visible_to(self.user).exclude(status=PriceListStatus.DROPPED)
        self.fields["price_list"].queryset = lists  # type: ignore[attr-defined]
        for name in ("grade_from", "grade_to"):
            self.fields[name].choices = [("", "–"), *GradeLetter.choices]  # type: ignore[attr-defined]
