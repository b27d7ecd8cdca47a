"""What an applicant fills in, by program: facts, people, equipment, papers with their files; and sending it."""

from typing import Any

from rest_framework import serializers

from portal.core.api import (
    ScopedField,
    StrictDay,
    StrictDecimal,
    StrictInteger,
    StrictSerializer,
    StrictText,
    unexpected,
)
from portal.core.attachments import attachments_of
from portal.core.endpoints import OperationEndpoint
from portal.core.uploads import Upload, UploadEndpoint
from stations import applications, onboarding
from stations.api.applications import APPLICATION, ApplicationFacts, ApplicationRecord
from stations.api.contracts import MONEY, ContractRecord, TermsBody
from stations.applications.drafting import MOST_ROWS
from stations.deposits import with_deposit
from stations.models import Brand, Contract, DocumentType, PersonRole, StationApplication
from stations.models.application_lists import MOST_OF_ONE_KIND


class PersonBody(StrictSerializer):
    """Somebody who works at the outlet."""

    name = StrictText(max_length=60)
    role = serializers.ChoiceField(choices=PersonRole.choices, default=PersonRole.TECHNICIAN)
    id_number = StrictText(max_length=30, allow_blank=True, default="")
    phone = StrictText(max_length=30, allow_blank=True, default="")
    certificate = StrictText(max_length=80, allow_blank=True, default="")
    certificate_expires_on = StrictDay(allow_null=True, default=None)


class ToolBody(StrictSerializer):
    """A kind of tool or instrument."""

    name = StrictText(max_length=80)
    model = StrictText(max_length=60, allow_blank=True, default="")
    serial_number = StrictText(max_length=60, allow_blank=True, default="")
    quantity = StrictInteger(min_value=1, max_value=MOST_OF_ONE_KIND, default=1)
    calibrated_until = StrictDay(allow_null=True, default=None)


class Draft(ApplicationFacts):
    """Facts as far as they are known; people and equipment, where named, are these rows and no others."""

    people = PersonBody(many=True, required=False, max_length=MOST_ROWS)  # type: ignore[call-arg]  # of the list
    equipment = ToolBody(many=True, required=False, max_length=MOST_ROWS)  # type: ignore[call-arg]  # of the list


class DraftAct(OperationEndpoint):
    """An act of who filed the application, while it is a draft or sent back."""

    model = StationApplication
    permission = "stations.edit_application"
    row_class = ApplicationRecord
    select_related = APPLICATION


class EditApplication(DraftAct):
    """What is named stands in the application; nothing is demanded yet."""

    body_class = Draft

    def operate(self, values: dict[str, Any]) -> StationApplication:
        people, equipment = values.pop("people", None), values.pop("equipment", None)
        found = applications.save_draft(self.record, facts=values)
        if people is not None:
            applications.save_people(found, people=people)
        if equipment is not None:
            applications.save_equipment(found, equipment=equipment)
        return found


class Paper(StrictSerializer):
    """One paper of a type; expires_on is the first invalid day. A file joins those that are there."""

    document_type = serializers.ChoiceField(choices=DocumentType.choices)
    document_number = StrictText(max_length=60, allow_blank=True, default="")
    expires_on = StrictDay(allow_null=True, default=None)
    files = Upload(required=False, allow_null=True, default=None)


class FilePaper(UploadEndpoint):
    """The paper has this number and end, and one file more."""

    model = StationApplication
    permission = "stations.edit_application"
    row_class = ApplicationRecord
    select_related = APPLICATION
    body_class = Paper

    def operate(self, values: dict[str, Any]) -> StationApplication:
        applications.save_document(self.record, upload=values.pop("files"), actor=self.request.user, **values)
        return self.record  # type: ignore[no-any-return]


class WrongFile(StrictSerializer):
    """A file that was sent by mistake, by its id."""

    file = StrictInteger(min_value=1)


class TakeFileOff(DraftAct):
    """The file no longer belongs to the application's papers."""

    body_class = WrongFile

    def operate(self, values: dict[str, Any]) -> StationApplication:
        files = {file.pk: file for paper in self.record.documents.all() for file in attachments_of(paper)}
        if values["file"] not in files:
            raise serializers.ValidationError({"file": unexpected(values["file"], sorted(files)).detail})
        applications.remove_file(self.record, files[values["file"]])
        return self.record  # type: ignore[no-any-return]


class SubmitApplication(DraftAct):
    """The application is with the region, or with the center where it looks like another; what is missing is told at once."""

    def operate(self, values: dict[str, Any]) -> StationApplication:
        return applications.submit_application(self.record, actor=self.request.user)


class Signing(TermsBody):
    """What is signed, CNY; left out: from today, the usual length, limit and deposit, the principal's brand, the county."""

    principal = ScopedField(slug_field="code", queryset=Brand.objects.all())
    signatory = StrictText(max_length=60)
    valid_from = StrictDay(allow_null=True, default=None)
    months = StrictInteger(min_value=1, max_value=120, allow_null=True, default=None)
    credit_limit = StrictDecimal(**MONEY, allow_null=True, default=None)
    deposit = StrictDecimal(**MONEY, allow_null=True, default=None)


class SignContract(OperationEndpoint):
    """The contract is signed: the station exists, active and on probation; answers the contract."""

    model = StationApplication
    permission = "stations.sign_contract"
    row_class = ContractRecord
    body_class = Signing
    select_related = APPLICATION

    def operate(self, values: dict[str, Any]) -> Contract:
        signed = onboarding.sign_contract(self.record, actor=self.request.user, **values)
        found: Contract = with_deposit(Contract.objects.select_related("station")).get(pk=signed.pk)
        return found
