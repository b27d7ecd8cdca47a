"""Hand-overs of old parts signed by whom takes them: drawn on the screen, or a typed name expressly confirmed.

Here: what a signature is and how it is kept. Not here: the log it enters (failed_parts_custody). Source: L5.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image

from portal.core.attachments import BadFile, attach
from portal.core.errors import Refusal
from portal.core.models.attachments import Attachment
from portal.core.parameters import param

PNG: Final = b"\x89PNG\r\n\x1a\n"
LARGEST_DRAWING: Final = 150_000  # bytes: a name drawn on a telephone has about 15,000
WIDEST: Final = 4_000
TYPED: Final = "typed"  # what the log says where a typed name was confirmed instead of a drawing
PREFIX: Final = "signature_"
SIGNED: Final = ("signed_as", "drawing", "confirmed")  # the fields that a Signature is made of
SHIPPING, RECEIPT, RELEASE, HAND_OVER, WITNESS = (
    "shipping",
    "receipt",
    "release",
    "hand_over",
    "witness",
)  # what is signed


class SignatureMissing(Refusal):
    """Who takes old parts signs for them, where headquarters asks for it."""

    message = _("Sign by hand, or type the name and tick that it stands for the signature.")
    code = "signature_missing"


class SignatureNameless(Refusal):
    """A drawing alone says not who drew it."""

    message = _("Type the name of who signs.")
    code = "signature_nameless"


class SignedForBoth(Refusal):
    """Nobody hands things over to themselves."""

    message = _("%(name)s cannot sign for both sides: one person hands over, another takes over.")
    code = "signed_for_both"


class NotAWitness(Refusal):
    """Only who saw a piece scrapped signs for it, and once."""

    message = _("Signed by: got %(got)s, expected one of the witnesses, each once: %(expected)s.")
    code = "not_a_witness"


@dataclass(frozen=True)
class Signature:
    """The name of who signs, and how: drawing is a PNG, or empty where the typed name was confirmed to stand for it."""

    name: str
    drawing: bytes = b""
    confirmed: bool = False

    @property
    def is_given(self) -> bool:
        """Whether somebody signed in one way or the other."""
        return bool(self.drawing) or (self.confirmed and bool(self.name.strip()))


@dataclass(frozen=True)
class Kept:
    """A signature as logs and papers know it: seal is the SHA-256 of the drawing, or says that the name was typed."""

    name: str
    seal: str
    picture: Attachment | None = None

    def as_facts(self) -> dict[str, Any]:
        """As a paper freezes it."""
        photo = (
            {"id": self.picture.pk, "kind": self.picture.kind, "sha256": self.picture.sha256} if self.picture else None
        )
        return {"name": self.name, "typed": self.seal == TYPED, "photo": photo}


def with_both_sides(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was said about a hand-over, the signatures of who gives and of the driver as such."""
    said = dict(values)
    for side in ("handed_by", "driver"):
        drawing, confirmed = said.pop(f"{side}_drawing"), said.pop(f"{side}_confirmed")
        said[side] = Signature(said[side], drawing, confirmed)
    return said


def keep_signature(
    subject: models.Model, signature: Signature | None, *, kind: str, actor: Any, at: datetime, field: str = "signature"
) -> Kept | None:
    """The drawing belongs to the record, under its hash; None where nobody signed and nobody has to.

    kind: what is signed, one of those above. Raises SignatureMissing where headquarters asks for one on that day,
    SignatureNameless, BadFile. Writes one Attachment for a drawing.
    """
    if signature is None or not signature.is_given:
        if param("warranty.signature_required", at):
            raise SignatureMissing(field=field)
        return None
    name = signature.name.strip()[:120]
    if not name:
        raise SignatureNameless(field=field)
    if not signature.drawing:
        return Kept(name, TYPED)
    _refuse_unsound(signature.drawing, field)
    upload = ContentFile(signature.drawing, f"{kind}.png")
    picture = attach(subject, upload, kind=f"{PREFIX}{kind}", actor=actor, field=field, caption=name)
    return Kept(name, picture.sha256, picture)


def refuse_one_for_both(giver: Signature | None, taker: Signature | None, *, field: str) -> None:
    """Raises SignedForBoth where the same name stands on both sides of a hand-over."""
    names = [each.name.strip() if each else "" for each in (giver, taker)]
    if names[0] and names[0] == names[1]:
        raise SignedForBoth(name=names[0], field=field)


def keep_witnesses(
    subject: models.Model, signatures: Sequence[Signature], witnesses: Sequence[str], *, actor: Any, at: datetime
) -> list[Kept]:
    """Each witness has signed, or nobody where nobody has to. Raises as keep_signature(), and NotAWitness."""
    given = [each for each in signatures if each.is_given]
    if not given and not param("warranty.signature_required", at):
        return []
    expected = ", ".join(witnesses)
    if len(given) < 2:
        raise SignatureMissing(field="first_signed_as" if not given else "second_signed_as")
    names = [each.name.strip() for each in given]
    for number, name in enumerate(names):
        if name not in witnesses or name in names[:number]:
            raise NotAWitness(
                got=name or "–", expected=expected, field="second_signed_as" if number else "first_signed_as"
            )
    kept = [keep_signature(subject, each, kind=WITNESS, actor=actor, at=at) for each in given]
    return [each for each in kept if each is not None]


def pictures_of(subjects: Iterable[models.Model | None]) -> dict[str, Attachment]:
    """The drawings of hand-overs that belong to these records, by their hash."""
    theirs = models.Q(pk__in=())
    for subject in subjects:
        if subject is not None:
            theirs |= models.Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    rows = Attachment.objects.filter(theirs, removed_at=None, kind__startswith=PREFIX)
    return {row.sha256: row for row in rows.order_by("pk")}


def signature_photos(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The drawings that a paper froze, as its pictures are named."""
    return [each["photo"] for each in facts.get("signatures", ()) if each["photo"]]


def _refuse_unsound(drawing: bytes, field: str) -> None:
    """A drawing is a small PNG on which something is drawn. Raises BadFile."""
    broken = BadFile(name="signature.png", reason=_("the drawn signature is broken or too large"), field=field)
    if not drawing.startswith(PNG) or len(drawing) > LARGEST_DRAWING:
        raise broken
    try:
        with Image.open(io.BytesIO(drawing)) as picture:
            if picture.width > WIDEST or picture.height > WIDEST:
                raise broken
            darkest, lightest = picture.convert("L").getextrema()
    except (OSError, SyntaxError, ValueError) as error:
        raise broken from error
    if darkest == lightest:
        raise SignatureMissing(field=field)
