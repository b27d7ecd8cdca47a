"""record(): the one door to the Event table; subscribe(): how an upper app learns of a kind; trail(): one chain's events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from portal.core import clock, context, statements
from portal.core.bulk import insert_alike
from portal.core.models.events import Event

type Concerns = Callable[[Event], bool]

_subscribers: dict[str, dict[str, Concerns | None]] = defaultdict(dict)


def subscribe(kind: str, job: str, *, when: Concerns | None = None) -> None:
    """The job named `job` runs once, after commit, for each later event of this kind. Called in AppConfig.ready().

    when: tells by the event alone whether it concerns the job; no job is made where it does not.
    """
    _subscribers[kind].setdefault(job, when)


def subscribers() -> dict[str, list[str]]:
    """All subscribers by kind, for the test that lists them."""
    return {kind: list(names) for kind, names in _subscribers.items() if names}


def record(
    subject: models.Model,
    kind: str,
    *,
    actor: Any | None,
    at: datetime | None = None,
    from_status: str = "",
    to_status: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
    root: str | None = None,
) -> Event:
    """One Event row, and one job per subscriber of its kind, all in the caller's transaction.

    root: the number the whole chain hangs on; by default the subject's `root_number`, else its own number.
    """
    event = drafted(
        subject, kind, actor=actor, at=at, from_status=from_status, to_status=to_status, note=note, data=data, root=root
    )
    statements.insert(event)
    _tell(event)
    return event


def record_all(found: Iterable[Event]) -> list[Event]:
    """The drafted events stand in the table, by one statement; their subscribers' jobs as well."""
    made = Event.objects.bulk_create(found)
    for event in made:
        _tell(event)
    return made


def drafted(
    subject: models.Model,
    kind: str,
    *,
    actor: Any | None,
    at: datetime | None = None,
    from_status: str = "",
    to_status: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
    root: str | None = None,
) -> Event:
    """What record() would write; nothing is written."""
    number = str(getattr(subject, "number", "") or "")
    return Event(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_number=number,
        root=root if root is not None else str(getattr(subject, "root_number", "") or number),
        kind=kind,
        from_status=from_status,
        to_status=to_status,
        actor=actor if getattr(actor, "pk", None) else None,
        role=context.role(),
        at=at or clock.now(),
        note=note,
        data=data or {},
        request_id=context.request_id(),
    )


def record_alike(
    model: type[models.Model],
    subjects: Sequence[tuple[int, str, str]],
    kind: str,
    *,
    actor: Any | None,
    at: datetime | None = None,
    from_status: str = "",
    to_status: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """One event of the kind for each record, named by key, number and chain, by one statement; their subscribers' jobs."""
    one = drafted(
        model(), kind, actor=actor, at=at, from_status=from_status, to_status=to_status, note=note, data=data, root=""
    )
    varying = dict(zip(("subject_id", "subject_number", "root"), zip(*subjects, strict=True), strict=True))
    fields = [each for each in Event._meta.concrete_fields if not each.primary_key and each.name not in varying]
    keys = insert_alike(Event, {each.name: getattr(one, each.attname) for each in fields}, varying)
    if _subscribers.get(kind):
        for event in Event.objects.filter(pk__in=keys).order_by("pk"):
            _tell(event)


def _tell(event: Event) -> None:
    """One job for each subscriber that the event concerns."""
    from portal.core import jobs

    for job, concerns in _subscribers.get(event.kind, {}).items():
        if concerns is None or concerns(event):
            jobs.enqueue(job, event=event.pk)


def of_subject(subject: models.Model) -> models.QuerySet[Event]:
    """The record's own events, latest first, actors loaded."""
    found = Event.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return found.select_related("actor").order_by("-at", "-pk")


def trail(root: str, user: Any) -> list[Event]:
    """Every event of the chain that hangs on `root` and stands on a record the user may see, earliest first."""
    found = list(Event.objects.filter(root=root).exclude(root="").select_related("actor").order_by("at", "pk"))
    seen = _visible(found, user)
    return [event for event in found if (event.subject_type, event.subject_id) in seen]


def _visible(found: Iterable[Event], user: Any) -> set[tuple[str, int]]:
    """Which subjects of these events lie in the user's scope: one query per kind of record."""
    ids: dict[str, set[int]] = defaultdict(set)
    for event in found:
        ids[event.subject_type].add(event.subject_id)
    seen: set[tuple[str, int]] = set()
    for label, keys in ids.items():
        try:
            rows = apps.get_model(label)._default_manager
        except LookupError:
            continue
        if hasattr(rows, "visible_to"):
            seen |= {(label, pk) for pk in rows.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)}
    return seen


def latest(kinds: Sequence[str], limit: int = 20) -> list[Event]:
    """The newest events of these kinds."""
    return list(Event.objects.filter(kind__in=kinds).order_by("-at", "-pk")[:limit])
