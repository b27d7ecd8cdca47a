"""Old parts: list, record, tags, more time, waived and lost ones; those a supplier has to fetch."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from parts.models import Supplier
from portal.core.api import StrictInteger, StrictSerializer, StrictText
from portal.core.api_filters import Day, by_code
from portal.core.attachments import attachments_of
from portal.core.documents import documents_of
from portal.core.endpoints import ListEndpoint, OperationEndpoint, RecordEndpoint, RowSerializer
from portal.core.listing import ScopedFilterSet
from portal.core.uploads import FileRow, PdfRow
from stations.models import Station
from warranty import failed_parts
from warranty.api.reasons import Words
from warranty.appraisal_telling import custody_told_to, told_to
from warranty.appraisal_tests import steps_for
from warranty.disposing import BENCH_PHOTO, SCRAP_PHOTO
from warranty.failed_parts_keeping import keep_until
from warranty.models import Appraisal, AppraisalTest, CustodyEntry, FailedPart
from warranty.settlement_states import FailedPartStatus

RELATED = ("claim", "station", "part", "box", "shipment")
PAPERS = ("appraisal_report", "scrap_certificate")


class OldPartRow(RowSerializer):
    """An old part as lists show it; amount is what it costs when it stays away, CNY, tax excluded."""

    claim = serializers.CharField(source="claim.number")
    station = serializers.CharField(source="station.code")
    part = serializers.CharField(source="part.number")
    box = serializers.CharField(source="box.number", allow_null=True, default=None)
    shipment = serializers.CharField(source="shipment.number", allow_null=True, default=None)

    class Meta:
        model = FailedPart
        fields = [
            "id", "number", "status", "claim", "station", "part", "piece", "removed_serial", "reasons", "amount",
            "requested_on", "due_on", "extension_days", "box", "received_at", "condition", "disposition", "held_until",
            "disposed_at", "shipment",
        ]  # fmt: skip


class AppraisalRow(serializers.ModelSerializer[Any]):
    """A verdict; it counts when it is final. A ruling decides between appraisers. Stations read the final verdict and
    those that agreed with it."""

    appraiser = serializers.CharField(source="appraiser.username")

    class Meta:
        model = Appraisal
        fields = ["verdict", "findings", "measurements", "is_final", "is_ruling", "appraiser", "at"]


class CustodyRow(serializers.ModelSerializer[Any]):
    """Who handed it over to whom, when, where; each entry names the hash of the one before. Stations read no verdict in the
    note of an appraisal but the final one."""

    class Meta:
        model = CustodyEntry
        fields = ["sequence", "act", "giver", "taker", "place", "signed", "note", "at", "previous_hash", "hash"]


class TestStepRow(serializers.ModelSerializer[Any]):
    """A step of the tests of this part: what is measured, in which unit, within which limits."""

    class Meta:
        model = AppraisalTest
        fields = ["position", "label", "label_en", "unit", "low", "high"]


class OldPartRecord(OldPartRow):
    """An old part with the text of its tag's code, its tests, verdicts, custody log, files and papers."""

    code = serializers.SerializerMethodField()
    may_be_scrapped_from = serializers.SerializerMethodField()
    tests = serializers.SerializerMethodField()
    appraisals = serializers.SerializerMethodField()
    custody = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    class Meta(OldPartRow.Meta):
        fields = [
            *OldPartRow.Meta.fields, "code", "printed_count", "asked_days", "asked_reason", "asked_at", "extension_refused",
            "may_be_scrapped_from", "tests", "appraisals", "custody", "files", "documents",
        ]  # fmt: skip

    def get_code(self, piece: FailedPart) -> str:
        """What the QR code on its tag says."""
        return failed_parts.qr_of(piece)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_may_be_scrapped_from(self, piece: FailedPart) -> Any:
        """The first day on which it need not be kept any more, once that is known."""
        judged = piece.status in (FailedPartStatus.INSPECTED, FailedPartStatus.HELD)
        return keep_until(piece) if judged else None

    @extend_schema_field(TestStepRow(many=True))
    def get_tests(self, piece: FailedPart) -> Any:
        """What the bench measures, in order."""
        return TestStepRow(steps_for(piece.part), many=True).data

    @extend_schema_field(AppraisalRow(many=True))
    def get_appraisals(self, piece: FailedPart) -> Any:
        """As far as the caller may read them."""
        return AppraisalRow(told_to(self.context["request"].user, piece.appraisals.all()), many=True).data

    @extend_schema_field(CustodyRow(many=True))
    def get_custody(self, piece: FailedPart) -> Any:
        """From the first hand to the last."""
        found = custody_told_to(self.context["request"].user, piece, piece.custody.all())
        return CustodyRow(found, many=True).data

    @extend_schema_field(FileRow(many=True))
    def get_files(self, piece: FailedPart) -> Any:
        """Pictures from the bench and of its scrapping."""
        return FileRow(attachments_of(piece, BENCH_PHOTO, SCRAP_PHOTO), many=True).data

    @extend_schema_field(PdfRow(many=True))
    def get_documents(self, piece: FailedPart) -> Any:
        """Appraisal report and scrap certificate."""
        return PdfRow(documents_of(piece, *PAPERS), many=True).data


class OldPartFilter(ScopedFilterSet):
    """By status, station, claim, part, tag, box and last day of arrival."""

    status = django_filters.ChoiceFilter(choices=FailedPartStatus.choices)
    station = by_code(Station.objects.all())
    claim = django_filters.CharFilter(field_name="claim__number", max_length=60)
    part = django_filters.CharFilter(field_name="part__number", max_length=60)
    number = django_filters.CharFilter(max_length=60)
    box = django_filters.CharFilter(field_name="box__number", max_length=60)
    due_from = Day(field_name="due_on", lookup_expr="gte")
    due_to = Day(field_name="due_on", lookup_expr="lte")


class OldParts(ListEndpoint):
    """Old parts of the caller's scope that have to come back or came back, the newest first."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    row_class = OldPartRow
    filterset_class = OldPartFilter
    ordering = ("-pk",)
    select_related = RELATED


class OneOldPart(RecordEndpoint):
    """One old part."""

    model = FailedPart
    permission = "warranty.view_failedpart"
    row_class = OldPartRecord
    select_related = RELATED
    prefetch_related = ("appraisals__appraiser", "custody")


class OldPartAct(OperationEndpoint):
    """An act on one old part."""

    model = FailedPart
    record: FailedPart
    row_class: ClassVar[Any] = OldPartRecord
    select_related: ClassVar[Sequence[str]] = RELATED
    prefetch_related: ClassVar[Sequence[Any]] = ("appraisals__appraiser", "custody")


class PrintTag(OldPartAct):
    """The tag is printed from `code`: the piece may be packed; a second printing counts as a copy."""

    permission = "warranty.print_failed_part_tags"

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.print_tags([self.record], actor=self.request.user)[0]


class MoreDays(StrictSerializer):
    """Days beyond the last day of arrival, and why."""

    days = StrictInteger(min_value=1, max_value=15)
    reason = Words(max_length=300)


class AskMoreTime(OldPartAct):
    """The station asks for more time, once a piece and before its last day is over."""

    permission = "warranty.ask_failedpart_extension"
    body_class = MoreDays

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.ask_extension(self.record, actor=self.request.user, **values)


class GrantedDays(StrictSerializer):
    """Days beyond the last day of arrival, and what for."""

    days = StrictInteger(min_value=1, max_value=15)
    note = StrictText(max_length=200)


class GrantMoreTime(OldPartAct):
    """Headquarters give more time, once a piece, asked for or not."""

    permission = "warranty.extend_failedpart"
    body_class = GrantedDays

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.extend_return(self.record, actor=self.request.user, **values)


class WhyOldPart(StrictSerializer):
    """The reason."""

    reason = Words(max_length=300)


class RefuseMoreTime(OldPartAct):
    """The station has no more time, and knows why."""

    permission = "warranty.extend_failedpart"
    body_class = WhyOldPart

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.refuse_extension(self.record, actor=self.request.user, **values)


class WaiveReturn(OldPartAct):
    """It need not come back; what it was debited for staying away is credited."""

    permission = "warranty.waive_failedpart"
    body_class = WhyOldPart

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.waive_return(self.record, actor=self.request.user, **values)


class LosePiece(OldPartAct):
    """It is given up: it will not come, and no supplier is charged for it."""

    permission = "warranty.lose_failedpart"
    body_class = WhyOldPart

    def operate(self, values: dict[str, Any]) -> FailedPart:
        return failed_parts.lose_piece(self.record, actor=self.request.user, **values)


class PieceToFetch(RowSerializer):
    """A piece that waits to be sent to its supplier: nobody's name with it."""

    part = serializers.CharField(source="part.number")
    part_name = serializers.CharField(source="part.name")
    part_name_en = serializers.CharField(source="part.name_en")

    class Meta:
        model = FailedPart
        fields = ["number", "part", "part_name", "part_name_en", "removed_serial", "disposed_at"]


class PiecesToFetch(ListEndpoint):
    """What waits to be sent to a supplier: the caller's own, all suppliers' for headquarters; the longest waiting first."""

    model = FailedPart
    permission = "warranty.view_pieceshipment"
    row_class = PieceToFetch
    ordering = ("disposed_at", "pk")
    select_related = ("part",)

    def get_queryset(self) -> Any:
        mine = Supplier.objects.visible_to(self.request.user)
        return failed_parts.waiting_for(mine).select_related(*self.select_related)


AMOUNT: dict[str, Any] = {"max_digits": 7, "decimal_places": 2, "min_value": Decimal(0), "max_value": Decimal(99_999)}
