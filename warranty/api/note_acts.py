"""What happens to a chargeback note beside its answer: sent, withdrawn, read, replied to, paid; its evidence as an archive."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import get_language
from rest_framework import serializers

from portal.core.api import StrictDay, StrictDecimal, StrictSerializer, StrictText
from portal.core.endpoints import OperationEndpoint
from portal.core.models.jobs import JobRun
from portal.core.pdf_answers import zip_answer
from portal.core.uploads import RecordFile, Upload, UploadEndpoint, making_answer
from warranty import chargebacks
from warranty.api.chargebacks import ChargebackRecord, UnknownLine
from warranty.evidence_pack import pack_of
from warranty.models import Chargeback, GivenAs


class NoteAct(OperationEndpoint):
    """An act on one note."""

    model = Chargeback
    record: Chargeback
    row_class: ClassVar[Any] = ChargebackRecord
    select_related: ClassVar[Sequence[str]] = ("supplier",)
    prefetch_related: ClassVar[Sequence[Any]] = ("lines",)


class SendNote(NoteAct):
    """The supplier sees the note and can answer; its lines cannot be changed any more."""

    permission = "warranty.send_chargeback"

    def operate(self, values: dict[str, Any]) -> Chargeback:
        return chargebacks.send_chargeback(self.record, actor=self.request.user)


class WithdrawNote(NoteAct):
    """A note that was not sent is taken back; its cases are open again."""

    permission = "warranty.withdraw_chargeback"

    def operate(self, values: dict[str, Any]) -> Chargeback:
        return chargebacks.withdraw_chargeback(self.record, actor=self.request.user)


class AcknowledgeNote(NoteAct):
    """The supplier has read the note and answers it later."""

    permission = "warranty.answer_chargeback"

    def operate(self, values: dict[str, Any]) -> Chargeback:
        return chargebacks.acknowledge_chargeback(self.record, actor=self.request.user)


GIVEN = [(each.value, each.label) for each in GivenAs if each != GivenAs.OWED_BACK]


class SupplierTransfer(StrictSerializer):
    """What the supplier gave, CNY: money by the bank's reference, its own credit note by number, or a set-off where its
    agreement gives the right, by the document; below 0 takes a mistake back; received today if the day is not said."""

    kind = serializers.ChoiceField(choices=GIVEN, default=GivenAs.CASH.value)
    amount = StrictDecimal(max_digits=12, decimal_places=2)
    bank_reference = StrictText(max_length=60)
    received_on = StrictDay(required=False, allow_null=True, default=None)


class PayNote(NoteAct):
    """It stands on the note, once per reference; with the last cent accepted the note is settled."""

    permission = "warranty.pay_chargeback"
    body_class = SupplierTransfer

    def operate(self, values: dict[str, Any]) -> Chargeback:
        chargebacks.record_supplier_payment(self.record, actor=self.request.user, **values)
        return self.record


class WhyGivenUp(StrictSerializer):
    """Why nothing more will come."""

    reason = StrictText(max_length=1000)


class GiveUpUnpaid(NoteAct):
    """What the supplier accepted and has not paid is asked for no longer; the note is written off, or settled in part."""

    permission = "warranty.give_up_chargeback"
    body_class = WhyGivenUp

    def operate(self, values: dict[str, Any]) -> Chargeback:
        return chargebacks.give_up_unpaid(self.record, actor=self.request.user, **values)


class EightDReply(StrictSerializer):
    """PDF, Word (.docx), Excel (.xlsx) or a picture, at most 15 MB."""

    file = Upload()
    remark = StrictText(max_length=200, allow_blank=True, default="")


class ReplyToNote(UploadEndpoint):
    """The supplier's 8D reply: how the defect came about and what is done against it; it answers no line."""

    model = Chargeback
    permission = "warranty.reply_to_chargeback"
    row_class = ChargebackRecord
    body_class = EightDReply
    select_related = ("supplier",)
    prefetch_related = ("lines",)

    def operate(self, values: dict[str, Any]) -> Chargeback:
        said = {"upload": values["file"], "remark": values["remark"]}
        chargebacks.file_reply(self.record, actor=self.request.user, **said)
        return self.record  # type: ignore[no-any-return]


class PaperAnswer(StrictSerializer):
    """The supplier's paper (PDF, Word, Excel or picture, at most 15 MB), the day it came, and its lines: each as
    “position=amount”, where less than all is accepted followed by a blank and the reason; every line accepted where none is named."""

    paper = Upload()
    received_on = StrictDay()
    lines = serializers.ListField(
        child=serializers.RegexField(r"\A\d{1,9}=\d{1,10}(\.\d{1,2})?( .{1,300})?\Z", max_length=330),
        max_length=5_000,
        required=False,
        default=list,
    )


class EnterAnswer(UploadEndpoint):
    """Finance enters what the supplier answered on paper, which binds it as its own answer would."""

    model = Chargeback
    permission = "warranty.enter_chargeback_answer"
    row_class = ChargebackRecord
    body_class = PaperAnswer
    select_related = ("supplier",)
    prefetch_related = ("lines",)

    def operate(self, values: dict[str, Any]) -> Chargeback:
        said = {"received_on": values["received_on"], "paper": values["paper"]}
        answers = self._answers(values["lines"])
        return chargebacks.enter_answer(self.record, answers=answers, actor=self.request.user, **said)

    def _answers(self, texts: list[str]) -> dict[int, chargebacks.LineAnswer]:
        if not texts:
            return {line.pk: chargebacks.LineAnswer(line.claimed) for line in chargebacks.lines_to_answer(self.record)}
        keys = {line.position: line.pk for line in self.record.lines.all() if line.is_live}
        found: dict[int, chargebacks.LineAnswer] = {}
        for text in texts:
            position, _equals, rest = text.partition("=")
            amount, _blank, reason = rest.partition(" ")
            key = keys.pop(int(position), None)
            if key is None:
                raise UnknownLine(position=position, field="lines")
            found[key] = chargebacks.LineAnswer(Decimal(amount), reason)
        return found


class EvidenceArchive(RecordFile):
    """The sent note with lines, old parts, appraisal reports and pictures as one ZIP; 202 while it is being made."""

    model = Chargeback
    permission = "warranty.view_chargeback"
    select_related = ("supplier",)

    def answer(self, record: Chargeback) -> Any:
        made = pack_of(record, get_language() or "", reader=self.request.user)
        if made is None:
            raise Http404
        return making_answer(made) if isinstance(made, JobRun) else zip_answer(made, record.number)
