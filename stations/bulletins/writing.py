"""Drafts: written, edited, and begun anew from what is in force. Not here: publishing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from portal.core import clock, events
from portal.core.attachments import attach, attachments_of
from portal.core.models import Attachment
from portal.core.numbering import take_number
from portal.core.states import lock
from stations.bulletins.audience import Audience
from stations.bulletins.refusals import BadReadingDay, NotADraft, NotRevisable, RevisionUnderWay
from stations.models import Bulletin, BulletinStatus

FILE = "bulletin"
WRITABLE = (
    "kind", "title", "title_en", "body", "body_en", "must_read", "read_by", "region_codes", "station_kinds", "grades",
    "family_codes",
)  # fmt: skip


def files_of(bulletin: Bulletin) -> QuerySet[Attachment]:
    """The files of one version."""
    return attachments_of(bulletin, FILE)


@transaction.atomic
def write_bulletin(
    *,
    kind: str,
    title: str,
    title_en: str = "",
    body: str = "",
    body_en: str = "",
    must_read: bool = False,
    read_by: date | None = None,
    audience: Audience | None = None,
    files: Sequence[Any] = (),
    actor: Any,
    at: datetime | None = None,
) -> Bulletin:
    """A first version stands as a draft that only headquarters sees.

    read_by: for what must be read. Raises BadReadingDay, BadFile. Writes Bulletin, its files and one Event.
    """
    at = at or clock.now()
    audience = audience or Audience()
    _check_day(must_read, read_by, at)
    bulletin = Bulletin.objects.create(
        number=take_number("TB", at=at), kind=kind, title=title.strip(), title_en=title_en.strip(), body=body.strip(),
        body_en=body_en.strip(), must_read=must_read, read_by=read_by if must_read else None,
        region_codes=list(audience.regions), station_kinds=list(audience.kinds), grades=list(audience.grades),
        family_codes=list(audience.families), written_by=actor, written_at=at,
    )  # fmt: skip
    _attach_all(bulletin, files, actor)
    events.record(bulletin, "bulletin.written", actor=actor, at=at, data={"version": 1})
    return bulletin


@transaction.atomic
def edit_bulletin(
    bulletin: Bulletin,
    *,
    audience: Audience | None = None,
    files: Sequence[Any] = (),
    removed_files: Iterable[int] = (),
    actor: Any,
    at: datetime | None = None,
    **facts: Any,
) -> Bulletin:
    """The draft says what was given: the facts of write_bulletin, and change_note, change_note_en of a new version.

    removed_files: keys of files of this draft. Raises NotADraft, BadReadingDay, BadFile. Writes one Event.
    """
    at = at or clock.now()
    bulletin = lock(bulletin)
    if not bulletin.is_draft:
        raise NotADraft(title=bulletin.local_title, status=bulletin.get_status_display())
    unknown = set(facts) - {*WRITABLE, "change_note", "change_note_en"}
    if unknown:
        raise TypeError(f"a document has no {sorted(unknown)}")
    for name, value in facts.items():
        setattr(bulletin, name, value.strip() if isinstance(value, str) else value)
    if not bulletin.must_read:
        bulletin.read_by = None
    _check_day(bulletin.must_read, bulletin.read_by, at)
    if audience is not None:
        bulletin.region_codes, bulletin.station_kinds = list(audience.regions), list(audience.kinds)
        bulletin.grades, bulletin.family_codes = list(audience.grades), list(audience.families)
    bulletin.save()
    files_of(bulletin).filter(pk__in=list(removed_files)).update(removed_at=at)
    _attach_all(bulletin, files, actor)
    events.record(bulletin, "bulletin.edited", actor=actor, at=at)
    return bulletin


@transaction.atomic
def revise_bulletin(bulletin: Bulletin, *, actor: Any, at: datetime | None = None) -> Bulletin:
    """The next version stands as a draft with text, audience and files of this one, which stays as it is meanwhile.

    What must be read has to be given a new day. Raises NotRevisable for what was never published or was followed by
    another version, RevisionUnderWay. Writes Bulletin, its files and one Event.
    """
    at = at or clock.now()
    bulletin = lock(bulletin)
    versions = Bulletin.objects.filter(number=bulletin.number)
    later = versions.filter(version__gt=bulletin.version, published_at__isnull=False)
    if bulletin.published_at is None or later.exists():
        raise NotRevisable(title=bulletin.local_title, version=bulletin.version)
    if draft := versions.filter(status=BulletinStatus.DRAFT).first():
        raise RevisionUnderWay(version=draft.version)
    facts = {name: getattr(bulletin, name) for name in WRITABLE}
    version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    made = Bulletin.objects.create(
        number=bulletin.number, version=version, supersedes=bulletin, written_by=actor, written_at=at, **facts
    )
    for row in files_of(bulletin):
        row.pk, row._state.adding, row.subject_id = None, True, made.pk
        row.save()
    events.record(made, "bulletin.revision_begun", actor=actor, at=at, data={"version": version})
    return made


def _check_day(must_read: bool, read_by: date | None, at: datetime) -> None:
    if must_read and read_by is None:
        raise BadReadingDay(got="–", first=clock.local_date(at).isoformat(), field="read_by")


def _attach_all(bulletin: Bulletin, files: Sequence[Any], actor: Any) -> None:
    for upload in files:
        attach(bulletin, upload, kind=FILE, actor=actor, field="files")
