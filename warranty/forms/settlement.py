"""Forms of statements and chargebacks."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.models import Supplier
from portal.core import clock
from portal.core.pages import ActingForm
from stations.models import Station
from warranty.chargebacks import OUTCOMES
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
        for line in self.lines:
            if line.item is not None and not line.item.was_disputed:
                self.fields[f"reason_{line.pk}"] = forms.CharField(
                    label=f"{line.source} {line.text}",
                    required=False,
                    max_length=300,
                    min_length=10,
                    widget=forms.TextInput(attrs={"placeholder": _("Why it is disputed")}),
                )

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
    """Whose open cases become a note."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = Supplier.objects.visible_to(self.user).filter(recovery_cases__status=RecoveryStatus.OPEN)
        self.fields["supplier"].queryset = waiting.distinct()  # type: ignore[attr-defined]


class AssignForm(ActingForm):
    """Which of several suppliers it was."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())


class AnswerForm(ActingForm):
    """A supplier's answer: per line an amount, or a percentage, and the reason of a dispute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.subject.lines.filter(is_live=True, outcome="").order_by("position") if self.subject else []
        self.lines = list(rows)
        for line in self.lines:
            self.fields[f"line_{line.pk}"] = forms.CharField(
                label=_("Accepted"), max_length=16, initial=f"{line.claimed:.2f}", help_text=""
            )
            self.fields[f"reason_{line.pk}"] = forms.CharField(
                label=_("Reason"),
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": _("Why you dispute the rest")}),
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Each line with its two fields."""
        return [(line, self[f"line_{line.pk}"], self[f"reason_{line.pk}"]) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            name = f"line_{line.pk}"
            if name in cleaned:
                try:
                    cleaned[name] = read_share(cleaned[name], line.claimed)
                except ValueError:
                    self.add_error(name, _("Write an amount like 48.00, or a share like 50%."))
        return cleaned


def read_share(text: str, claimed: Decimal) -> Decimal:
    """'48.00' as an amount, '50%' as a share of what was claimed. Raises ValueError."""
    bare = text.strip().replace("¥", "").replace("％", "%")
    digits = bare.removesuffix("%").strip()
    if not digits or not digits.isascii() or digits.count(".") > 1 or not digits.replace(".", "").isdigit():
        raise ValueError(text)
    amount = Decimal(digits)
    return claimed * amount / 100 if bare.endswith("%") else amount


class ResolveForm(ActingForm):
    """Who bears a disputed amount."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=list(OUTCOMES.items()), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Reason"), max_length=300, min_length=10)


class ReceiptForm(ActingForm):
    """Money of a supplier."""

    amount = forms.DecimalField(label=_("Amount"), max_digits=12, decimal_places=2)
    bank_reference = forms.CharField(label=_("Bank reference"), max_length=60)
    received_on = forms.DateField(
        label=_("Received on"), initial=clock.today, widget=forms.DateInput(attrs={"type": "date"})
    )
