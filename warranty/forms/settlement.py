"""Forms of statements and chargebacks."""

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from parts.models import Supplier
from portal.core import clock
from portal.core.pages import ActingForm
from portal.core.show import money
from stations.models import Station
from warranty.chargebacks import DECISIONS, STATION, offset_limit, owed_back
from warranty.forms.words import WordsField
from warranty.models import ChargebackLine, GivenAs, RecoveryCase
from warranty.settlement_lines import words_of
from warranty.settlement_queries import names_in_language, worded
from warranty.settlement_rules import month_of
from warranty.settlement_states import RecoveryStatus


class MonthField(forms.DateField):
    """A month, written 2026-10; its value is its first day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m", "%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return month_of(found) if found else found


class OfMonth(django_filters.Filter):
    """Rows of the month chosen."""

    field_class = MonthField


def last_month() -> Any:
    """The month before this one."""
    first = month_of(clock.today())
    return month_of(first.fromordinal(first.toordinal() - 1))


class BuildForm(ActingForm):
    """Which month, and whose; all stations unless one is named."""

    period = MonthField(label=_("Month"), initial=last_month)
    station = forms.ModelChoiceField(
        label=_("Station"), queryset=Station.objects.all(), required=False, help_text=_("Empty: all stations.")
    )


class IssueMonthForm(ActingForm):
    """Which drafts were shown."""

    chosen = forms.CharField(widget=forms.HiddenInput, max_length=100_000)


class InvoiceForm(ActingForm):
    """The station's invoice."""

    invoice_number = forms.CharField(label=_("Invoice number"), max_length=40)
    amount = forms.DecimalField(label=_("Invoice amount"), min_value=0, max_digits=12, decimal_places=2)


class PaymentForm(ActingForm):
    """A transfer."""

    bank_reference = forms.CharField(label=_("Bank reference"), max_length=60)
    paid_on = forms.DateField(label=_("Paid on"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}))


class DisputeForm(ActingForm):
    """A reason for every line that is disputed; lines without one are not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(self.subject.lines.select_related("item").order_by("position")) if self.subject else []
        self.names = names_in_language(self.lines)
        for line in self.lines:
            if line.item is not None and not line.item.was_disputed:
                self.fields[f"reason_{line.pk}"] = WordsField(
                    label=f"{words_of(line).document} {worded(line.text, self.names)}", required=False, max_length=300, help_text="",
                    widget=forms.TextInput(attrs={"placeholder": _("Why it is disputed (at least %(least)s characters)")}),
                )  # fmt: skip

    def rows(self) -> list[tuple[Any, Any]]:
        """Each line with its field, or None where it cannot be disputed."""
        return [(line, self[name] if (name := f"reason_{line.pk}") in self.fields else None) for line in self.lines]

    def reasons(self) -> dict[int, str]:
        """The disputed lines."""
        return {
            int(name.removeprefix("reason_")): text
            for name, text in self.cleaned_data.items()
            if text and "reason_" in name
        }


class BatchForm(ActingForm):
    """Whose cases of which month become a note, and which of them wait for another."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())
    period = MonthField(
        label=_("Month"), initial=clock.today, help_text=_("Cases that could be charged by the end of this month.")
    )
    without = forms.ModelMultipleChoiceField(
        queryset=RecoveryCase.objects.filter(status=RecoveryStatus.OPEN),
        required=False,
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = Supplier.objects.visible_to(self.user).filter(recovery_cases__status=RecoveryStatus.OPEN)
        self.fields["supplier"].queryset = waiting.distinct()  # type: ignore[attr-defined]


class ResolveForm(ActingForm):
    """Who bears a disputed amount, or what is said to the supplier."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=list(DECISIONS.items()), widget=forms.RadioSelect)
    note = WordsField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The supplier reads this with a denial, and where it is said to accept after all."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.subject, ChargebackLine) and self.subject.claim_line_id is None:
            field: Any = self.fields["outcome"]  # a handling fee no station received
            field.choices = [each for each in field.choices if each[0] != STATION]


class PeriodForm(ActingForm):
    """From which day to which, both included."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ReplyForm(ActingForm):
    """The 8D reply as a file."""

    file = forms.FileField(
        label=_("8D reply"),
        max_length=300,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.docx,.xlsx,image/*"}),
        help_text=_("PDF, Word (.docx), Excel (.xlsx) or a picture, at most 15 MB."),
    )
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class ReceiptForm(ActingForm):
    """What a supplier gave: money, its own credit note, or a set-off where its agreement gives the right."""

    kind = forms.ChoiceField(
        label=_("Given as"),
        choices=[(GivenAs.CASH, GivenAs.CASH.label), (GivenAs.CREDIT, GivenAs.CREDIT.label)],
        initial=GivenAs.CASH,
        widget=forms.RadioSelect,
    )
    amount = forms.DecimalField(label=_("Amount"), max_digits=12, decimal_places=2)
    bank_reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        help_text=_(
            "The bank's reference, or the number of the supplier's credit note. Of a set-off, the document of what we owe: our "
            "credit note, or the purchase order or receipt of goods."
        ),
    )
    received_on = forms.DateField(
        label=_("Received on"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject:
            due = money(self.subject.accepted - self.subject.recovered)
            self.fields["amount"].help_text = _("Still due: %(amount)s") % {"amount": due}
        limit = offset_limit(self.subject) if self.subject else 0
        if limit > 0:
            field: Any = self.fields["kind"]
            label = _("%(kind)s, at most %(amount)s") % {"kind": GivenAs.OFFSET.label, "amount": money(limit)}
            field.choices = [*field.choices, (GivenAs.OFFSET, label)]


class RepaymentForm(ActingForm):
    """Money that went back to the supplier, for which credit note of ours."""

    credit_note = forms.ChoiceField(label=_("Credit note"), widget=forms.RadioSelect)
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    bank_reference = forms.CharField(label=_("Bank reference"), max_length=60)
    paid_on = forms.DateField(label=_("Paid on"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = owed_back(self.subject.supplier, note=self.subject) if self.subject else []
        field: Any = self.fields["credit_note"]
        field.choices = [(each.credit_note, f"{each.credit_note} · {money(each.open)}") for each in found]
        if found:
            field.initial, self.fields["amount"].initial = found[0].credit_note, found[0].open
