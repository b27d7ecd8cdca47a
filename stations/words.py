"""What the entries of a dealer account are called; the app that posts a kind names it."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_entries: dict[str, str | Promise] = {
    "deposit": _("Deposit received"),
    "deposit_returned": _("Deposit returned"),
    "payment": _("Payment received"),
    "stock_buyback": _("Stock bought back"),
}
REVERSED = ".reversed"


def name_entry(kind: str, text: str | Promise) -> None:
    """Entries of this kind read `text`. Called in AppConfig.ready()."""
    _entries[kind] = text


def entry_words(kind: str) -> str:
    """The kind in the reader's language."""
    if kind.endswith(REVERSED):
        return gettext("%(entry)s, reversed") % {"entry": entry_words(kind.removesuffix(REVERSED))}
    return str(_entries.get(kind, kind))
