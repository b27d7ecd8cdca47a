"""What is typed about price lists."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parts.catalog import clean_number
from parts.models import PartCategory
from parts.models.prices import GRADES
from parts.pasting import Page, name_bad_rows, read_pasted
from parts.price_lists import MAX_SHIFT_PERCENT
from portal.core.pages import ActingForm

ROWS_HELP = _("One part a line: part number, then price in CNY without tax. Rows copied from Excel can be pasted.")
ROWS = Page(("number", "price"))
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def rows_field(**options: Any) -> forms.CharField:
    """Pasted prices."""
    area = forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"})
    return forms.CharField(max_length=200_000, widget=area, help_text=ROWS_HELP, **options)


class PricesForm(ActingForm):
    """Prices as pasted rows; `clean_rows` answers price by part number."""

    rows = rows_field(label=_("Prices"))

    def clean_rows(self) -> dict[str, Decimal]:
        """Every bad line is named."""
        found: dict[str, Decimal] = {}
        for row in name_bad_rows(self, "rows", read_pasted(self.cleaned_data["rows"], ROWS)):
            number, price = clean_number(row.text("number"))[:60], row.amount("price") or Decimal(0)
            if found.setdefault(number, price) != price:
                text = _("Line %(line)s: got “%(got)s”, expected a part number, once, and a price like 128.50.")
                self.add_error("rows", text % {"line": row.position, "got": row.typed[:60]})
        return found


def for_whom() -> list[tuple[str, str]]:
    """All, or one grade."""
    one = [(value, str(_("Grade %(grade)s only")) % {"grade": value}) for value, _label in GRADES]
    return [("", str(_("All: the national price"))), *one]


class PriceListForm(PricesForm):
    """A new list: rows pasted, or what holds moved by some percent."""

    title = forms.CharField(label=_("Title"), max_length=120)
    grade = forms.ChoiceField(
        label=_("For whom"),
        choices=for_whom,
        required=False,
        help_text=_("A price of a grade takes the place of the national price times the grade's factor."),
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DAY)
    shift_percent = forms.DecimalField(
        label=_("Move present prices by percent"), required=False, max_digits=5, decimal_places=2,
        min_value=-MAX_SHIFT_PERCENT, max_value=MAX_SHIFT_PERCENT,
        help_text=_("For example 3 or -2.5. Left empty, the list holds only the rows below."),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        PartCategory.objects.all(), label=_("Only parts of the category"), required=False, empty_label=_("All")
    )
    rows = rows_field(label=_("Prices"), required=False)
    field_order = ("title", "grade", "valid_from", "shift_percent", "category", "rows")


class TakeOutForm(ActingForm):
    """Parts that the list shall not name."""

    numbers = forms.CharField(
        label=_("Part numbers"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6, "class": "mono"}),
        help_text=_("One a line."),
    )  # fmt: skip

    def clean_numbers(self) -> list[str]:
        """As the catalog spells them."""
        return [clean_number(line) for line in self.cleaned_data["numbers"].splitlines() if line.strip()]
