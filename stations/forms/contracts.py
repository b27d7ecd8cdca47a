"""Terms of a contract, deposits, renewals, exits, periods of an account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.models import Division
from portal.core.pages import ActingForm
from portal.core.parameters import param
from stations.forms.applications import DateInput
from stations.models import Brand, Leg, ProductFamily, Station
from stations.terms import Terms, named_terms, usual_terms

MOST_DIVISIONS = 200


class DivisionsField(forms.CharField):
    """Provinces, cities and counties, one a line, by national code or full name; the value is a list of divisions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=8_000, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return "\n".join(division.full_name for division in value)
        return value

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_DIVISIONS:
            raise forms.ValidationError(
                _("Got %(count)s divisions, at most %(most)s are taken; name their city or province instead."),
                params={"count": len(lines), "most": MOST_DIVISIONS},
            )
        found = list(Division.objects.filter(Q(code__in=lines) | Q(full_name__in=lines)))
        known = {division.code for division in found} | {division.full_name for division in found}
        if unknown := [line for line in lines if line not in known]:
            names = ", ".join(unknown[:5])
            raise forms.ValidationError(
                _("Not a division: %(names)s. Expected is a national code or a full name, one a line."),
                params={"names": names},
            )
        return found


PREFILLED = _("Prefilled with the person in charge; change it if somebody else signs.")


class CoverForm(ActingForm):
    """What a contract covers, and for how long."""

    months = forms.IntegerField(label=_("months"), required=False, min_value=1, max_value=120)
    brands = forms.ModelMultipleChoiceField(
        label=_("brands"), queryset=Brand.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    families = forms.ModelMultipleChoiceField(
        label=_("product families"), queryset=ProductFamily.objects.all(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None named: all families of the brands."),
    )  # fmt: skip
    divisions = DivisionsField(
        label=_("area"), required=False, help_text=_("One a line, by full name or national code.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("Left empty: the usual length, %(months)s months.")
        self.fields["months"].help_text = words % {"months": param("stations.contract_months")}

    def values(self) -> dict[str, Any]:
        """For the operation: terms as one value."""
        return named_terms(self.cleaned_data)


class ContractForm(CoverForm):
    """The first contract: what is signed."""

    principal = forms.ModelChoiceField(label=_("principal"), queryset=Brand.objects.all())
    signatory = forms.CharField(label=_("signed for the station by"), max_length=60, help_text=PREFILLED)
    valid_from = forms.DateField(
        label=_("valid from"), required=False, widget=DateInput(), help_text=_("Left empty: from today.")
    )
    credit_limit = forms.DecimalField(
        label=_("credit limit"), required=False, min_value=0, max_value=99_999_999, decimal_places=2
    )
    deposit = forms.DecimalField(
        label=_("security deposit due"), required=False, min_value=0, max_value=99_999_999, decimal_places=2
    )
    field_order = (
        "principal", "signatory", "valid_from", "months", "credit_limit", "deposit", "brands", "families", "divisions",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit, deposit = param("stations.default_credit_limit"), param("stations.default_deposit")
        words = _("For a dealer without an account; left empty: the usual limit, %(amount)s.")
        self.fields["credit_limit"].help_text = words % {"amount": show.money(limit)}
        self.fields["deposit"].help_text = _("Left empty: the usual deposit, %(amount)s.") % {
            "amount": show.money(deposit)
        }
        self.fields["brands"].help_text = _("None named: the principal's.")
        county = Division.objects.filter(code=str(getattr(self.subject, "division", ""))[:6])
        self.initial.setdefault("divisions", list(county))


class TermsForm(CoverForm):
    """What a following contract says; prefilled from the last one."""

    deposit = forms.DecimalField(
        label=_("further deposit"), required=False, min_value=0, max_value=99_999_999, decimal_places=2,
        help_text=_("On top of what is held; left empty: none."),
    )  # fmt: skip
    field_order: Sequence[str] = ("months", "deposit", "brands", "families", "divisions")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.subject, Station):
            last = self.subject.contracts.order_by("valid_to").last()
            terms = Terms.of(last).or_else(usual_terms(self.subject, None))
            for name in ("brands", "families", "divisions"):
                self.initial.setdefault(name, getattr(terms, name))


class PrepareForm(TermsForm):
    """Terms for the station to agree to."""

    note = forms.CharField(label=_("note"), max_length=300, required=False)


class SignForm(TermsForm):
    """Terms signed on the spot."""

    signatory = forms.CharField(label=_("signed for the station by"), max_length=60, help_text=PREFILLED)
    valid_from = forms.DateField(
        label=_("valid from"), required=False, widget=DateInput(),
        help_text=_("Left empty: where the last contract ends, or today."),
    )  # fmt: skip


class AgreeForm(ActingForm):
    """The station's yes, by name."""

    signatory = forms.CharField(label=_("signed for the station by"), max_length=60, help_text=PREFILLED)


class BankForm(ActingForm):
    """Money that came or went."""

    amount = forms.DecimalField(label=_("amount"), min_value=0, max_value=99_999_999, decimal_places=2)
    bank_reference = forms.CharField(label=_("bank reference"), max_length=40)


class PaymentForm(BankForm):
    """A dealer's transfer for parts."""

    note = forms.CharField(label=_("note"), max_length=200, required=False)
    is_advance = forms.BooleanField(
        label=_("The dealer pays in advance"), required=False,
        help_text=_("More than is owed for parts stays as credit of the dealer."),
    )  # fmt: skip


class EvidenceForm(ActingForm):
    """What proves that an item is done."""

    evidence = forms.CharField(
        label=_("evidence"),
        max_length=120,
        required=False,
        help_text=_("Number of the receipt or the hand-over paper."),
    )
    note = forms.CharField(label=_("note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    upload = forms.FileField(
        label=_("photo or PDF"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
    )


class PeriodForm(ActingForm):
    """Which days, which station, which balance."""

    first = forms.DateField(label=_("first day"), widget=DateInput())
    last = forms.DateField(label=_("last day"), widget=DateInput())
    station = forms.ModelChoiceField(label=_("station"), queryset=Station.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Station.objects.visible_to(self.user).filter(dealer=self.subject.dealer_id)
        self.fields["station"].queryset = own  # type: ignore[attr-defined]


class EntriesForm(PeriodForm):
    """The same with what of it is shown."""

    leg = forms.ChoiceField(label=_("balance"), required=False, choices=[("", "---------"), *Leg.choices])
    kind = forms.ChoiceField(label=_("kind"), required=False)
