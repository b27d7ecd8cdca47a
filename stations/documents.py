"""What stations issue: the authorization certificate, the grade certificate, the exit record, the account statement.

Here are their frozen facts and their kinds. Not here: who may have one (onboarding, grading, exits, account_statements).
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import clock
from portal.core.documents import Standing, document_kind, documents_of, issue_document, money_said
from portal.core.linetable import LineColumn
from portal.core.models import Division
from portal.core.models.documents import Document
from stations.contracts import is_dispatchable
from stations.models import AccountStatement, Contract, Station, StationExit, StationStatus
from stations.wording import in_both

CERTIFICATE = "authorization_certificate"
GRADE_CERTIFICATE = "grade_certificate"
EXIT_RECORD = "exit_record"
ACCOUNT_STATEMENT = "account_statement"
ALL_FAMILIES = ("全部产品系列", "All product families")
STATEMENT_COLUMNS = (
    LineColumn(_("Day"), "on", 11),
    LineColumn(pgettext_lazy("account", "Document"), "document", 19),
    LineColumn(pgettext_lazy("account", "Entry"), "entry", 20),
    LineColumn(_("Station"), "station", 22),
    LineColumn(_("Amount"), "amount", 14, total=True),
    LineColumn(_("Balance"), "balance", 14),
)


def register() -> None:
    """The kinds of documents that stations issue. Called in AppConfig.ready()."""
    document_kind(
        CERTIFICATE,
        template="pdf/authorization_certificate.html",
        title=_("Authorization certificate"),
        bilingual=True,
        standing=authorization_today,
        public=[
            ("station", _("Station")),
            ("company", _("Company")),
            ("brands", _("Brands")),
            ("families", _("Product families")),
            ("area", _("Area")),
            ("valid_from", _("Valid from")),
            ("valid_to", _("Valid until (not included)")),
        ],
    )
    document_kind(
        GRADE_CERTIFICATE,
        template="pdf/grade_certificate.html",
        title=_("Grade certificate"),
        bilingual=True,
        standing=grade_today,
        public=[("station", _("Station")), ("grade", _("Grade")), ("valid_from", _("Valid from"))],
    )
    document_kind(
        EXIT_RECORD,
        template="pdf/exit_record.html",
        title=_("Exit record"),
        permission="stations.view_stationexit",
        bilingual=True,
        public=[("station", _("Station")), ("terminated_on", _("Ended on")), ("completed_on", _("Completed on"))],
    )
    document_kind(
        ACCOUNT_STATEMENT,
        template="pdf/account_statement.html",
        title=_("Statement of account"),
        permission="stations.view_accountstatement",
        bilingual=True,
        line_columns=STATEMENT_COLUMNS,
        public=[
            ("dealer", _("Dealer")),
            ("first_day", _("First day")),
            ("last_day", _("Last day")),
            ("owed_before", _("Owed at the beginning"), money_said),
            ("owed_after", _("Owed at the end"), money_said),
        ],
    )


# The authorization certificate


def certificate_facts(contract: Contract) -> dict[str, Any]:
    """What the certificate says for ever, as texts; names in both languages."""
    station = contract.station
    principal = station.dealer.principal
    brands, families = list(contract.brands.all()), list(contract.families.all())
    area = list(contract.divisions.all())
    return {
        **_names("station", station),
        **_names("company", station.dealer),
        **_names("center", station.center),
        **_names("region", station.center.region),
        **_names("principal", principal),
        **_joined("brands", brands or ([principal] if principal else [])),
        **(
            _joined("families", families)
            if families
            else dict(zip(("families", "families_en"), ALL_FAMILIES, strict=True))
        ),
        **_area(area),
        "station_code": station.code,
        "license_number": station.dealer.license_number,
        "address": station.address,
        "grade": grade_text(station, contract.valid_from),
        "signatory": contract.signatory,
        "signed_by": str(contract.signed_by),
        "signed_on": contract.signed_on.isoformat(),
        "valid_from": contract.valid_from.isoformat(),
        "valid_to": contract.valid_to.isoformat(),
    }


def _names(key: str, row: Any) -> dict[str, str]:
    return {key: row.name if row else "", f"{key}_en": (row.name_en or row.name) if row else ""}


def _joined(key: str, rows: list[Any]) -> dict[str, str]:
    return {
        key: "、".join(row.name for row in rows),
        f"{key}_en": ", ".join(row.name_en or row.name for row in rows),
    }


def _area(divisions: list[Division]) -> dict[str, str]:
    text = "、".join(division.full_name for division in divisions)
    return {"area": text, "area_en": text}


def grade_text(station: Station, on: date) -> str:
    """The letter held on the day; probation as P."""
    from stations.grading import grade_on

    grade = grade_on(station, on)
    return "P" if grade == "probation" else str(grade)


def issue_certificate(contract: Contract, *, actor: Any) -> Document:
    """The certificate stands with its facts as signed; its PDF is made on first view."""
    facts = certificate_facts(contract)
    return issue_document(CERTIFICATE, subject=contract, number=contract.number, facts=facts, actor=actor)


def certificate_of(contract: Contract) -> Document | None:
    """The certificate issued with the contract."""
    return documents_of(contract, CERTIFICATE).first()


def authorization_today(row: Document) -> Standing | None:
    """Whether the station is authorized on the day somebody looks: the certificate is genuine for ever, its station not."""
    contract = Contract.objects.select_related("station").filter(pk=row.subject_id).first()
    if contract is None:
        return None
    station, today = contract.station, clock.today()
    answer = is_dispatchable(station, today)
    if answer.ok and contract.in_force(today):
        return Standing("good", _("Authorized today"), _("The station is in service under this authorization."))
    if answer.ok:
        text = _("This authorization is not in force today; the station works under another one.")
        return Standing("wait", _("Not this one"), text)
    words = {
        StationStatus.SUSPENDED: _("Suspended"),
        StationStatus.TERMINATED: _("Authorization ended"),
        StationStatus.EXPIRED: _("Contract expired"),
    }
    word = words.get(StationStatus(station.status), _("Not authorized today"))
    return Standing("bad", word, " ".join(str(reason) for reason in answer.reasons))


# The grade certificate


def issue_grade_certificate(station: Station, *, actor: Any, on: date | None = None) -> Document:
    """The grade held on the day stands as a document; asked again for the same grade it is the same document."""
    from stations.grading import grade_on, grade_row_on

    on = on or clock.today()
    grade, held = grade_on(station, on), grade_row_on(station, on)
    since = (held.valid_from if held else station.opened_on or on).isoformat()
    facts = {
        **_names("station", station),
        **_names("company", station.dealer),
        **_names("region", station.center.region),
        "station_code": station.code,
        "grade": grade_text(station, on),
        "is_probation": grade == "probation",
        "valid_from": since,
        "source": held.source if held else "probation",
    }
    number = f"GC-{station.code}-{since.replace('-', '')}-{facts['grade']}"[:40]
    return issue_document(GRADE_CERTIFICATE, subject=station, number=number, facts=facts, actor=actor)


def grade_today(row: Document) -> Standing | None:
    """Whether the station still holds the grade."""
    station = Station.objects.filter(pk=row.subject_id).first()
    if station is None:
        return None
    held = grade_text(station, clock.today())
    if held == row.facts.get("grade"):
        return Standing("good", _("Held today"), _("The station holds this grade today."))
    return Standing("bad", _("Not held today"), _("The station holds another grade today."))


# The exit record


def issue_exit_record(found: StationExit, *, actor: Any) -> Document:
    """What became of every item of the checklist, as it stood when the exit was completed."""
    from stations.exits import items_with_kinds

    station = found.station
    lines = []
    for item, kind, _finding in items_with_kinds(found, clock.today()):
        lines.append(
            {
                **in_both("item", kind.label if kind else item.key),
                **in_both("state", item.get_status_display),
                "found": item.found.get("text", ""),
                "found_en": item.found.get("text_en", ""),
                "by": str(item.decided_by or ""),
                "on": clock.local_date(item.decided_at).isoformat() if item.decided_at else "",
                "note": item.note,
                "evidence": item.evidence,
                "amount": f"{item.amount:,.2f}" if item.amount is not None else "",
            }
        )
    facts = {
        **_names("station", station),
        **_names("company", station.dealer),
        **_names("region", station.center.region),
        "station_code": station.code,
        "reason": found.reason,
        "terminated_on": clock.local_date(found.terminated_at).isoformat(),
        "terminated_by": str(found.terminated_by or ""),
        "completed_on": clock.local_date(found.completed_at).isoformat() if found.completed_at else "",
        "completed_by": str(found.completed_by or ""),
        "lines": lines,
    }
    return issue_document(EXIT_RECORD, subject=found, number=found.number, facts=facts, actor=actor)


def exit_record_of(found: StationExit) -> Document | None:
    """The record of a completed exit."""
    return documents_of(found, EXIT_RECORD).first()


# The statement of account


def statement_document_of(statement: AccountStatement) -> Document | None:
    """The document of a statement of account."""
    return documents_of(statement, ACCOUNT_STATEMENT).first()
