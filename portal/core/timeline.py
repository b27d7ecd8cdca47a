"""Events in words: what the timeline of a record, and of a whole chain, prints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.models.events import Event
from portal.core.tones import tone_of

_titles: dict[str, str | Promise] = {}
_sayers: dict[str, Callable[[str], str]] = {}
_inside: set[str] = set()


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    title: str
    at: datetime
    who: str = ""
    note: str = ""
    tone: str = ""
    number: str = ""
    url: str = ""
    detail: str = ""


def title(kind: str, text: str | Promise) -> None:
    """Events of this kind read `text`. Called in AppConfig.ready(); kinds without one are put in words from their status."""
    _titles[kind] = text


def keep_inside(*kinds: str) -> None:
    """Only headquarters read of events of these kinds. Called in AppConfig.ready()."""
    _inside.update(kinds)


def notes_of_the_system(model: str, say: Callable[[str], str]) -> None:
    """What the system notes at a record of this model are codes, comma between them; say() puts one in words."""
    _sayers[model] = say


def _note(event: Event) -> str:
    say = _sayers.get(event.subject_type)
    if say is None or event.actor_id is not None or not event.note:
        return event.note
    codes = event.note.split(", ")
    said = [say(code) for code in codes]
    return event.note if set(said) & set(codes) else show.listed(said)


def entries_of(
    events: Iterable[Event],
    *,
    urls: dict[tuple[str, int], str] | None = None,
    named: bool = True,
    inside: bool = False,
) -> list[Entry]:
    """Events as entries; with `urls` (by subject) each names and links the record it belongs to.

    named: with the people and what they noted; without, what happened and when is all that is told.
    inside: for headquarters, with what they keep to themselves.
    """
    return [
        Entry(
            title=words(event),
            at=event.at,
            who=str(event.actor or "") if named else "",
            note=_note(event) if named else "",
            tone=_tone(event),
            number=event.subject_number if urls is not None else "",
            url=(urls or {}).get((event.subject_type, event.subject_id), ""),
            detail=_detail(event),
        )
        for event in events
        if inside or event.kind not in _inside
    ]


NUMBERS = ("statement", "note", "box")  # of other records that an event names
REFERENCES = (*NUMBERS, "waybill", "invoice", "bank_reference", "technician", "certificate", "user")
AMOUNTS = ("approved", "expected", "accepted", "amount", "gross")


def numbers_in(event: Event) -> list[str]:
    """The records that the event names beside its own."""
    return [str(event.data[key]) for key in NUMBERS if event.data.get(key)]


def _detail(event: Event) -> str:
    """Which papers and people and how much money the event was about."""
    found = [str(event.data[key]) for key in REFERENCES if event.data.get(key) not in (None, "", event.subject_number)]
    found += [show.money(Decimal(str(event.data[key]))) for key in AMOUNTS if event.data.get(key) not in (None, "")]
    return " · ".join(found)


def words(event: Event) -> str:
    """What happened, in the reader's language."""
    if found := _titles.get(event.kind):
        return str(found)
    model = _model(event.subject_type)
    noun = str(model._meta.verbose_name) if model else event.subject_type
    if event.to_status:
        return _("%(record)s: %(status)s") % {"record": capital(noun), "status": _status_label(model, event.to_status)}
    verb = event.kind.rpartition(".")[2]
    return _("%(record)s: %(verb)s") % {"record": capital(noun), "verb": VERBS.get(verb, verb.replace("_", " "))}


VERBS: dict[str, str | Promise] = {
    "created": _("created"), "changed": _("changed"), "invited": _("invited"), "accepted_invitation": _("accepted invitation"),
    "submitted": _("submitted"), "attached": _("file attached"), "posted": _("posted"), "graded": _("graded"),
    "uploaded": _("uploaded"), "applied": _("applied"), "discarded": _("discarded"),
    "noted": _("note"), "printed": _("printed"), "issued": _("issued"), "filed": _("filed"),
}  # fmt: skip


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _tone(event: Event) -> str:
    if not event.to_status:
        return ""
    tone = tone_of(event.to_status, event.subject_type.rpartition(".")[2])
    return tone if tone in {"good", "bad"} else ""


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def _status_label(model: Any, status: str) -> str:
    if model is None:
        return status
    return str(dict(model._meta.get_field("status").flatchoices).get(status, status))
