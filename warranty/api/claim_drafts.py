"""The draft of a claim by program: its texts and days, its lines, its photos; and the versions as they were submitted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _
from rest_framework import serializers

from parts.models import Part
from portal.core.api import (
    ScopedField,
    StrictDay,
    StrictDecimal,
    StrictInteger,
    StrictSerializer,
    StrictText,
    unexpected,
)
from portal.core.endpoints import OperationEndpoint, RecordEndpoint
from portal.core.models.attachments import Attachment
from portal.core.uploads import Files, UploadEndpoint
from service.models import FaultCode
from warranty import claims, draft_photos, photos
from warranty.api.claims import LINES, RELATED, ClaimRecord
from warranty.forms.claim_lines import FIELDS, OPTIONAL, SERIALS, operations_for
from warranty.forms.claims import PHOTO_KINDS, DraftLineForm
from warranty.models import CauseClass, ClaimLine, ClaimVersion, LineKind, Remedy, WarrantyClaim

MOST_AT_ONCE: Final = 10
EDIT: Final = "warranty.edit_claim"


class DraftAct(OperationEndpoint):
    """An act on a draft; a submitted claim refuses it."""

    model = WarrantyClaim
    permission = EDIT
    record: WarrantyClaim
    row_class: ClassVar[Any] = ClaimRecord
    select_related: ClassVar[Sequence[str]] = RELATED
    prefetch_related: ClassVar[Sequence[Any]] = LINES


class DraftChanges(StrictSerializer):
    """What is named changes, the rest stays."""

    fault_code = ScopedField(
        slug_field="code", queryset=FaultCode.objects.filter(is_active=True), required=False, allow_null=True
    )
    cause_class = serializers.ChoiceField(choices=CauseClass.choices, required=False)
    failed_on = StrictDay(required=False)
    repaired_on = StrictDay(required=False)
    usage_reading = StrictDecimal(max_digits=11, decimal_places=3, min_value=0, required=False, allow_null=True)
    complaint = StrictText(max_length=2000, allow_blank=True, required=False)
    cause = StrictText(max_length=2000, allow_blank=True, required=False)
    correction = StrictText(max_length=2000, allow_blank=True, required=False)


class EditDraft(DraftAct):
    """Texts and days of a draft; the answer says what the rules now make of it and what keeps it from being submitted."""

    body_class = DraftChanges

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        return claims.edit_draft(self.record, actor=self.request.user, changes=values)


class LineFacts(StrictSerializer):
    """What a line may say; which of it belongs to a line is a matter of its kind."""

    remedy = serializers.ChoiceField(choices=Remedy.choices, required=False)
    qty = StrictDecimal(max_digits=8, decimal_places=3, min_value=Decimal("0.001"), max_value=9999, required=False)
    hours = StrictDecimal(max_digits=7, decimal_places=3, min_value=0, max_value=1000, required=False)
    km = StrictDecimal(max_digits=8, decimal_places=3, min_value=0, max_value=10000, required=False)
    claimed_amount = StrictDecimal(max_digits=10, decimal_places=2, min_value=Decimal("0.01"), required=False)
    description = StrictText(max_length=200, required=False)
    invoice_number = StrictText(max_length=60, allow_blank=True, required=False)
    removed_serial = StrictText(max_length=60, allow_blank=True, required=False)
    fitted_serial = StrictText(max_length=60, allow_blank=True, required=False)


class NewLine(LineFacts):
    """A part by number, an operation by code, a way, or an amount with its invoice; the paper follows as a photo."""

    kind = serializers.ChoiceField(choices=LineKind.choices)
    part = StrictText(max_length=60, required=False)
    operation = StrictText(max_length=60, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A line has the fields of its kind, and no others."""
        kind = attrs["kind"]
        known = [name for name in FIELDS[kind] if name != "file"]
        needed = [name for name in known if (kind, name) not in OPTIONAL and name not in SERIALS]
        wrong = {name: [_("This field is required.")] for name in needed if name not in attrs}
        wrong |= _foreign(set(attrs) - {"kind"}, known)
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class ChangedLine(LineFacts):
    """A line by its position in the claim; what is named changes."""

    position = StrictInteger(min_value=1, max_value=32_767)


class LinePosition(StrictSerializer):
    """A line by its position in the claim."""

    position = StrictInteger(min_value=1, max_value=32_767)


class AddLine(DraftAct):
    """One more line of a draft, at the end."""

    body_class = NewLine

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        claim, user = self.record, self.request.user
        if (number := values.get("part")) is not None:
            found = Part.objects.visible_to(user).filter(number__iexact=number).first()
            if found is None:
                expected = "a part number of the catalog"
                raise serializers.ValidationError({"part": unexpected(number, expected).detail})
            values["part"] = found
        if (code := values.get("operation")) is not None:
            operation = operations_for(claim.product_model).filter(code=code).first()
            if operation is None:
                expected = "an operation code in use for the unit's family"
                raise serializers.ValidationError({"operation": unexpected(code, expected).detail})
            values["operation"] = operation
        claims.add_line(claim, actor=user, **values)
        return claim


class ChangeLine(DraftAct):
    """A line says something else."""

    body_class = ChangedLine

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        line = line_at(self.record, values.pop("position"))
        if wrong := _foreign(set(values), DraftLineForm.SHOWN[line.kind]):
            raise serializers.ValidationError(wrong)
        return claims.edit_draft(self.record, actor=self.request.user, changes={}, lines={line.pk: values})


class RemoveLine(DraftAct):
    """The line is taken out; the job keeps what was recorded."""

    body_class = LinePosition

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        claims.remove_line(line_at(self.record, values["position"]), actor=self.request.user)
        return self.record


def line_at(claim: WarrantyClaim, position: int) -> ClaimLine:
    """The line there. Raises ValidationError."""
    line = claim.lines.filter(position=position).first()
    if line is None:
        raise serializers.ValidationError({"position": unexpected(position, "the position of a line").detail})
    return line


def _foreign(given: set[str], known: Any) -> dict[str, list[str]]:
    return {name: [_("A line of this kind has no such field.")] for name in sorted(given - set(known))}


class ClaimPhotoRow(serializers.ModelSerializer[Attachment]):
    """A picture or paper: its bytes are at files/<id>/. of_job: kept with the job, so the draft cannot drop it."""

    of_job = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = ["id", "kind", "caption", "name", "content_type", "size", "sha256", "uploaded_at", "of_job"]

    def get_of_job(self, photo: Attachment) -> bool:
        """Whether it belongs to the job."""
        return photo.subject_type != WarrantyClaim._meta.label_lower


class ClaimPhotosRecord(serializers.ModelSerializer[WarrantyClaim]):
    """A claim's pictures: those of its job, then its own."""

    photos = serializers.SerializerMethodField()

    class Meta:
        model = WarrantyClaim
        fields = ["id", "number", "photos"]

    def get_photos(self, claim: WarrantyClaim) -> list[dict[str, Any]]:
        """In the order of the claim's page."""
        shown: Any = ClaimPhotoRow(photos.photos_of(claim), many=True).data
        return list(shown)


class ClaimPhotos(RecordEndpoint):
    """The pictures and papers of a claim."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    row_class = ClaimPhotosRecord
    select_related = ("work_order",)


class NewPhotos(StrictSerializer):
    """Pictures or papers that show the same."""

    kind = serializers.ChoiceField(choices=PHOTO_KINDS)
    caption = StrictText(max_length=200, required=False, allow_blank=True, default="")
    photos = Files(most=MOST_AT_ONCE)


class PhotoAct(DraftAct):
    """An act on the pictures of a draft."""

    row_class = ClaimPhotosRecord
    select_related = ("work_order",)
    prefetch_related = ()


class AddPhotos(UploadEndpoint):
    """Pictures are added to a draft; the same bytes stand there once."""

    model = WarrantyClaim
    permission = EDIT
    row_class = ClaimPhotosRecord
    body_class = NewPhotos
    select_related = ("work_order",)

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        if not values["photos"]:
            raise serializers.ValidationError({"photos": [_("This field is required.")]})
        return draft_photos.add_photos(
            self.record,
            values["photos"],
            kind=values["kind"],
            caption=values["caption"],
            actor=self.request.user,
            field="photos",
        )


class ChangedPhoto(StrictSerializer):
    """What the picture shows, in a word or in words of one's own."""

    photo = StrictInteger(min_value=1, max_value=2**63 - 1)
    kind = serializers.ChoiceField(choices=PHOTO_KINDS, required=False)
    caption = StrictText(max_length=200, required=False, allow_blank=True)


class ChangePhoto(PhotoAct):
    """A picture of the draft is told what it shows."""

    body_class = ChangedPhoto

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        draft_photos.describe_photo(self.record, values.pop("photo"), actor=self.request.user, **values)
        return self.record


class PhotoKey(StrictSerializer):
    """A picture of the draft."""

    photo = StrictInteger(min_value=1, max_value=2**63 - 1)


class RemovePhoto(PhotoAct):
    """A picture is taken out of the draft."""

    body_class = PhotoKey

    def operate(self, values: dict[str, Any]) -> WarrantyClaim:
        draft_photos.remove_photo(self.record, values["photo"], actor=self.request.user)
        return self.record


class ClaimVersionRow(serializers.ModelSerializer[ClaimVersion]):
    """The claim as it was submitted, whole."""

    submitted_by = serializers.CharField()

    class Meta:
        model = ClaimVersion
        fields = ["version", "submitted_at", "submitted_by", "content"]


class ClaimVersionsRecord(serializers.ModelSerializer[WarrantyClaim]):
    """A claim's versions, the first one first."""

    versions = ClaimVersionRow(many=True)

    class Meta:
        model = WarrantyClaim
        fields = ["id", "number", "versions"]


class ClaimVersions(RecordEndpoint):
    """The versions of a claim: one a submission."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    row_class = ClaimVersionsRecord
    prefetch_related = ("versions__submitted_by",)
