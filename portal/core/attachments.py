"""attach(): the one way a file gets to a record. Type by content, size and pixel caps, random names."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import rules
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.images import NotAPicture, distance, read_picture
from portal.core.models.attachments import Attachment
from portal.core.office_files import ZIP_MAGIC, NotAnOfficeFile, office_suffix

MAX_BYTES = 15 * 1024 * 1024
PDF_MAGIC = b"%PDF-"
PICTURE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
ONLY_PICTURES = _("only JPEG, PNG, WebP and HEIC pictures and PDF files are taken")
OR_OFFICE = _("only PDF, Word (.docx), Excel (.xlsx) and JPEG, PNG, WebP and HEIC pictures are taken")


class BadFile(Refusal):
    """The file is empty, too large, broken or of a kind that is not taken."""

    message = _("“%(name)s” was not taken: %(reason)s.")
    code = "bad_file"


@transaction.atomic
def attach(
    subject: models.Model,
    upload: Any,
    *,
    kind: str,
    actor: Any | None,
    field: str = "file",
    caption: str = "",
    office: bool = False,
) -> Attachment:
    """The file belongs to the record: a picture (JPEG, PNG, WebP, HEIC) or a PDF of at most 15 MB.

    upload: a Django upload, or ContentFile. office: Word (.docx) and Excel (.xlsx) without macros are taken too. What is
    served is re-encoded and without place; the original is kept privately with its SHA-256. Raises BadFile. Writes one
    Attachment and its files.
    """
    name = safe_name(getattr(upload, "name", "") or "file")
    raw = _read(upload, name, field)
    row = Attachment(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        kind=kind,
        caption=caption,
        name=name,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        uploaded_by=actor if getattr(actor, "pk", None) else None,
        uploaded_at=clock.now(),
    )
    if raw.startswith(PDF_MAGIC):
        _keep_pdf(row, raw, name, field)
    elif office and raw.startswith(ZIP_MAGIC):
        _keep_office(row, raw, name, field)
    else:
        _keep_picture(row, raw, name, field, taken=OR_OFFICE if office else ONLY_PICTURES)
    row.save()
    return row


def attachments_of(subject: models.Model, *kinds: str) -> models.QuerySet[Attachment]:
    """The record's files in order of arrival, those of some kinds only if any are named."""
    found = Attachment.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=subject.pk, removed_at=None
    ).order_by("pk")
    return found.filter(kind__in=kinds) if kinds else found


def visible_attachment(pk: int, user: Any) -> Attachment | None:
    """The file if its record lies in the user's scope, else None. Raises PermissionDenied where such records are not for him.

    Where seeing records of the kind is a permission, as for their pages, seeing their files is the same one.
    """
    row = Attachment.objects.filter(pk=pk, removed_at=None).first()
    if row is None:
        return None
    manager: Any = apps.get_model(row.subject_type)._default_manager
    record = manager.visible_to(user).filter(pk=row.subject_id).first()
    if record is None:
        return None
    needed = f"{record._meta.app_label}.view_{record._meta.model_name}"
    if rules.perm_exists(needed) and not user.has_perm(needed, record):
        raise PermissionDenied
    return row


def attachments_of_all(subjects: Iterable[models.Model]) -> models.QuerySet[Attachment]:
    """The files of several records, in one query."""
    theirs = models.Q(pk__in=())
    for subject in subjects:
        theirs |= models.Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return Attachment.objects.filter(theirs, removed_at=None).order_by("pk")


def attachments_named(keys: Mapping[type[models.Model], Iterable[int]]) -> models.QuerySet[Attachment]:
    """The files of many records, named by model and key, in one query however many they are."""
    theirs = models.Q(pk__in=())
    for model, of_model in keys.items():
        theirs |= models.Q(subject_type=model._meta.label_lower, subject_id__among=of_model)
    return Attachment.objects.filter(theirs, removed_at=None).order_by("pk")


def carry_files(source: models.Model, target: models.Model) -> None:
    """The files of one record also belong to another: the same bytes, hash, time and uploader. Writes Attachments."""
    label = target._meta.label_lower
    for row in attachments_of(source):
        row.pk, row.subject_type, row.subject_id = None, label, target.pk
        row._state.adding = True
        row.save()


def attachments_ever(subjects: Iterable[models.Model], *, at: Any) -> models.QuerySet[Attachment]:
    """The files that stood on these records at an instant, those removed since as well."""
    theirs = models.Q(pk__in=())
    for subject in subjects:
        theirs |= models.Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    there = models.Q(removed_at=None) | models.Q(removed_at__gt=at)
    return Attachment.objects.filter(theirs, there, uploaded_at__lte=at).order_by("pk")


def reused(rows: Sequence[Attachment], *, max_distance: int = 3, known: Any = ()) -> list[Attachment]:
    """Files of other records that show one of these pictures: equal bytes, or a perceptual distance of at most 3 of 64 bits.

    Candidates share one of four indexed 16-bit bands: of 4 bands, 3 differing bits leave at least one equal.
    known: hashes of files that many may show, or the question for them.
    """
    if not rows:
        return []
    same = models.Q(sha256__in={row.sha256 for row in rows})
    hashed = [row for row in rows if row.perceptual_hash]
    for band in ("band_1", "band_2", "band_3", "band_4") if hashed else ():
        same |= models.Q(**{f"{band}__in": {getattr(row, band) for row in hashed}})
    own = {(row.subject_type, row.subject_id) for row in rows}
    others = Attachment.objects.filter(same, removed_at=None).exclude(pk__in=[row.pk for row in rows])
    others = others.exclude(sha256__in=known)
    return [
        other
        for other in others[: 500 * len(rows)]
        if (other.subject_type, other.subject_id) not in own
        and any(_same_picture(row, other, max_distance) for row in rows)
    ]


def _same_picture(one: Attachment, other: Attachment, max_distance: int) -> bool:
    if one.sha256 == other.sha256:
        return True
    hashes = one.perceptual_hash, other.perceptual_hash
    return all(hashes) and distance(*hashes) <= max_distance


def safe_name(name: str) -> str:
    """The last part of the name without control, direction and path characters, at most 100 characters."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return kept.strip(" .")[-100:] or "file"


def _read(upload: Any, name: str, field: str) -> bytes:
    size = getattr(upload, "size", None)
    if size is not None and size > MAX_BYTES:
        raise BadFile(name=name, reason=_("larger than 15 MB"), field=field)
    upload.seek(0)
    raw: bytes = upload.read()
    if not raw:
        raise BadFile(name=name, reason=_("the file is empty"), field=field)
    return raw


def _keep_pdf(row: Attachment, raw: bytes, name: str, field: str) -> None:
    if b"%%EOF" not in raw[-2048:]:
        raise BadFile(name=name, reason=_("the PDF is broken"), field=field)
    row.content_type = "application/pdf"
    row.original.save(_random("pdf"), ContentFile(raw), save=False)
    row.served.save(_random("pdf"), ContentFile(raw), save=False)


def _keep_office(row: Attachment, raw: bytes, name: str, field: str) -> None:
    try:
        suffix = office_suffix(raw)
    except NotAnOfficeFile as error:
        raise BadFile(name=name, reason=_("the file is broken, or holds macros"), field=field) from error
    row.content_type = "application/octet-stream"  # saved by whoever opens it, never shown in place
    if not name.lower().endswith(f".{suffix}"):
        row.name = f"{name[:90]}.{suffix}"
    row.original.save(_random(suffix), ContentFile(raw), save=False)
    row.served.save(_random(suffix), ContentFile(raw), save=False)


def _keep_picture(row: Attachment, raw: bytes, name: str, field: str, *, taken: Any) -> None:
    if not (raw.startswith(PICTURE_MAGIC) or raw[4:8] == b"ftyp"):
        raise BadFile(name=name, reason=taken, field=field)
    try:
        picture = read_picture(raw)
    except NotAPicture as error:
        raise BadFile(name=name, reason=_("the picture is broken or too large"), field=field) from error
    row.content_type = "image/jpeg"
    row.width, row.height = picture.width, picture.height
    row.taken_at = picture.taken_at
    row.perceptual_hash = picture.perceptual_hash
    row.band_1, row.band_2, row.band_3, row.band_4 = (picture.perceptual_hash[n : n + 4] for n in (0, 4, 8, 12))
    row.original.save(_random("bin"), ContentFile(raw), save=False)
    row.served.save(_random("jpg"), ContentFile(picture.served), save=False)
    row.thumbnail.save(_random("jpg"), ContentFile(picture.thumbnail), save=False)


def _random(suffix: str) -> str:
    return f"{secrets.token_hex(16)}.{suffix}"
