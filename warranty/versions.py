"""The versions of a claim as they were submitted, and what changed from one to the next, in words.

Here too: what a version keeps. Not here: writing it (claims.py).
Source: rules.md 3.1 (a new version is made, old versions stay readable).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from portal.core import show
from portal.core.attachments import attachments_ever
from portal.core.models.attachments import Attachment
from warranty import causes
from warranty.drafting import LINE_FIELDS
from warranty.models import ClaimLine, ClaimVersion, LineKind, Remedy, WarrantyClaim

TEXTS: Final = (
    "failed_on",
    "repaired_on",
    "fault_code",
    "usage_reading",
    "cause_class",
    "complaint",
    "cause",
    "correction",
)
OF_LINE: Final = (
    "description", "qty", "hours", "km", "claimed_amount", "remedy", "removed_serial", "fitted_serial", "invoice_number",
)  # fmt: skip
SHOWN_FOR: Final[dict[str, tuple[str, ...]]] = {
    LineKind.PART: ("qty", "remedy", "removed_serial", "fitted_serial"),
    LineKind.LABOR: ("qty", "hours"),
    LineKind.DIAGNOSIS: ("hours",),
    LineKind.TRAVEL: ("km",),
}
AMOUNTS: Final = frozenset({"claimed_amount", "claimed_total", "unit_price"})
QUANTITIES: Final = frozenset({"qty", "hours", "km", "usage_reading", "straight_km"})
CHOICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "remedy": dict(Remedy.choices),
}


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was: what, as it was ('' where it is new), as it is ('' where it is gone)."""

    what: str | Promise
    before: str
    after: str


@dataclass(frozen=True)
class SubmittedLine:
    """A line as it was submitted, in words."""

    position: int
    what: str
    detail: str
    amount: Decimal


def content_of(claim: WarrantyClaim, lines: Sequence[ClaimLine]) -> dict[str, Any]:
    """Everything the station claims, as plain values."""
    names = (*(name for name in TEXTS if name != "fault_code"), "serial_number", "straight_km", "claimed_total")
    return {
        **{name: _plain(getattr(claim, name)) for name in names},
        "fault_code": claim.fault_code.code if claim.fault_code else "",
        "lines": [
            {
                "position": line.position,
                "kind": line.kind,
                "part": line.part.number if line.part else "",
                "operation": line.operation.code if line.operation else "",
                "unit_price": str(line.unit_price),
                **{name: _plain(getattr(line, name)) for name in LINE_FIELDS},
            }
            for line in lines
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)


def photos_at(claim: WarrantyClaim, version: ClaimVersion) -> list[Attachment]:
    """The pictures that stood on the claim and its job when the version was submitted."""
    rows = attachments_ever([claim.work_order, claim], at=version.submitted_at)
    return list(rows)


def lines_of(content: Mapping[str, Any]) -> list[SubmittedLine]:
    """The lines in the order of the claim."""
    return [
        SubmittedLine(row["position"], _named(row), _details(row), Decimal(str(row["claimed_amount"])))
        for row in sorted(content["lines"], key=lambda row: row["position"])
    ]


def texts_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of everything that is no line."""
    return [(_label(WarrantyClaim, name), said(name, content.get(name))) for name in TEXTS if content.get(name)]


def changes_between(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[Change]:
    """What the later content says otherwise: texts and days, lines by position, the total."""
    found = [*_of_texts(earlier, later), *_of_lines(earlier, later)]
    if found and str(earlier.get("claimed_total")) != str(later.get("claimed_total")):
        total = pgettext_lazy("claim", "Claimed in total")
        found.append(
            Change(
                total, said("claimed_total", earlier["claimed_total"]), said("claimed_total", later["claimed_total"])
            )
        )
    return found


def changed_photos(
    earlier: Iterable[Attachment], later: Iterable[Attachment]
) -> tuple[list[Attachment], list[Attachment]]:
    """Pictures that came and pictures that went."""
    before, after = {row.pk: row for row in earlier}, {row.pk: row for row in later}
    return [row for key, row in after.items() if key not in before], [
        row for key, row in before.items() if key not in after
    ]


def said(name: str, value: Any) -> str:
    """A stored value as people read it."""
    if value in (None, ""):
        return ""
    if name in AMOUNTS:
        return show.money(Decimal(str(value)))
    if name in QUANTITIES:
        return show.quantity(Decimal(str(value)))
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if name == "cause_class":
        return causes.name_of(value)
    if name.endswith("_on"):
        return show.day(date.fromisoformat(value))
    return str(value)


def _of_texts(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Iterator[Change]:
    for name in TEXTS:
        if name not in earlier:  # what versions did not keep then has not changed
            continue
        before, after = said(name, earlier.get(name)), said(name, later.get(name))
        if before != after:
            yield Change(_label(WarrantyClaim, name), before, after)


def _of_lines(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Iterator[Change]:
    before = {(row["position"], row["kind"]): row for row in earlier["lines"]}
    after = {(row["position"], row["kind"]): row for row in later["lines"]}
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield Change(_headed(new or old or {}), _summed(old), _summed(new))
            continue
        for name in OF_LINE:
            if said(name, old.get(name)) != said(name, new.get(name)):
                what = _("%(line)s: %(field)s") % {"line": _headed(new), "field": _label(ClaimLine, name)}
                yield Change(what, said(name, old.get(name)), said(name, new.get(name)))


def _headed(row: Mapping[str, Any]) -> str:
    return _("Line %(position)s %(what)s") % {"position": row["position"], "what": _named(row)}


def _named(row: Mapping[str, Any]) -> str:
    kind = dict(LineKind.choices).get(row["kind"], row["kind"])
    thing = row.get("part") or row.get("operation") or row.get("description") or ""
    return f"{kind} {thing}".strip()


def _details(row: Mapping[str, Any]) -> str:
    names = SHOWN_FOR.get(row["kind"], ("invoice_number",))
    return " · ".join(
        f"{_label(ClaimLine, name)} {said(name, row.get(name))}" for name in names if said(name, row.get(name))
    )


def _summed(row: Mapping[str, Any] | None) -> str:
    return " · ".join(filter(None, [_details(row), said("claimed_amount", row["claimed_amount"])])) if row else ""


def _label(model: Any, name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))
