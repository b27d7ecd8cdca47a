"""What a technician may work on, and how well they are rated: certify, revoke, alarm, rate. Not here: exams (training)."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from portal.core import clock, events
from portal.core.calendar import add_months
from portal.core.notifications import notify
from portal.core.numbering import take_number
from portal.core.parameters import param
from portal.core.states import lock
from stations.gaps import note_change
from stations.models import (
    CertificateAlarm,
    CertificateSource,
    ProductFamily,
    SkillCertificate,
    Technician,
    TechnicianRating,
)
from stations.people.refusals import AlreadyRevoked, BadStars, EndsBeforeStart, NotInForce, said
from stations.people.staff import owners_of


@transaction.atomic
def certify(
    technician: Technician,
    *,
    family: ProductFamily,
    level: int,
    valid_from: date | None = None,
    valid_to: date | None = None,
    months: int | None = None,
    source: str = CertificateSource.HEADQUARTERS,
    actor: Any,
    at: datetime | None = None,
) -> SkillCertificate:
    """The technician may work on the family at the level for 24 months D, or until the day given.

    Raises EndsBeforeStart. Writes SkillCertificate with a gap-free number, its document, and one Event on the station.
    """
    at = at or clock.now()
    start = valid_from or clock.local_date(at)
    ends = valid_to or add_months(start, months or param("stations.certificate_months", at))
    if ends <= start:
        raise EndsBeforeStart(start=start.isoformat(), end=ends.isoformat(), field="valid_to")
    certificate = SkillCertificate.objects.create(
        technician=technician, family=family, level=level, valid_from=start, valid_to=ends, source=source,
        number=take_number("SC", at=at),
    )  # fmt: skip
    data = {
        "technician": technician.name, "family": family.code, "level": int(level), "valid_to": ends.isoformat(),
        "certificate": certificate.number,
    }  # fmt: skip
    events.record(technician.station, "station.certified", actor=actor, at=at, data=data)
    note_change(technician.station)
    _issue_document(certificate, actor=actor)
    return certificate


def _issue_document(certificate: SkillCertificate, *, actor: Any) -> None:
    from stations.skill_documents import issue_skill_certificate

    issue_skill_certificate(certificate, actor=actor)


@transaction.atomic
def revoke_certificate(
    certificate: SkillCertificate, *, reason: str, actor: Any, at: datetime | None = None
) -> SkillCertificate:
    """From today the certificate is worth nothing; technician and owner are told. Raises SayWhy, AlreadyRevoked, NotInForce."""
    at = at or clock.now()
    today = clock.local_date(at)
    why = said(reason)
    certificate = lock(certificate, "technician__station", "technician__user", "family")
    if certificate.revoked_on is not None:
        raise AlreadyRevoked(day=certificate.revoked_on.isoformat())
    if certificate.valid_to <= today:
        raise NotInForce(day=certificate.valid_to.isoformat())
    promised = certificate.valid_to
    certificate.revoked_on, certificate.revoked_reason = today, why
    certificate.valid_to = max(today, certificate.valid_from)
    certificate.save(update_fields=["revoked_on", "revoked_reason", "valid_to"])
    technician = certificate.technician
    data = {
        "certificate": certificate.number, "technician": technician.name, "family": certificate.family.code,
        "level": certificate.level, "was_valid_to": promised.isoformat(),
    }  # fmt: skip
    events.record(technician.station, "station.certificate_revoked", actor=actor, at=at, note=why, data=data)
    note_change(technician.station)
    _tell(certificate, "certificate.revoked", {"reason": why}, at=at)
    return certificate


def _tell(certificate: SkillCertificate, kind: str, facts: dict[str, Any], *, at: datetime) -> None:
    technician = certificate.technician
    users = [*owners_of([technician.station])[technician.station_id], *([technician.user] if technician.user else [])]
    notify(users, kind, _facts(certificate) | facts, url=technician.get_absolute_url(), subject=certificate, at=at)


def _facts(certificate: SkillCertificate) -> dict[str, Any]:
    return {
        "technician": certificate.technician.name,
        "family": certificate.family.name,
        "family_en": certificate.family.name_en,
        "level": certificate.level,
        "day": certificate.valid_to.isoformat(),
    }


@transaction.atomic
def alarm_certificates(*, at: datetime | None = None) -> list[CertificateAlarm]:
    """Owner and technician know of every certificate that ends within 60, 30 or 7 days D, once per mark; which alarms.

    A run that was missed is made up for: the tightest mark reached is told, the wider ones count as told with it.
    Certificates already followed by one of the same family and at least the level are left alone.
    """
    at = at or clock.now()
    today = clock.local_date(at)
    marks = sorted(param("stations.certificate_alarm_days", at))
    ending = _ending(today, marks[-1] if marks else 0)
    told: dict[int, set[int]] = defaultdict(set)
    for alarm in CertificateAlarm.objects.filter(certificate__in=ending):
        told[alarm.certificate_id].add(alarm.days)
    made = []
    for certificate in ending:
        left = (certificate.valid_to - today).days
        reached = [mark for mark in marks if left <= mark]
        fresh = [mark for mark in reached if mark not in told[certificate.pk]]
        if fresh and reached[0] in fresh:
            _tell(certificate, "certificate.ending", {"days": left}, at=at)
        made += [CertificateAlarm(certificate=certificate, days=mark, sent_at=at) for mark in fresh]
    return CertificateAlarm.objects.bulk_create(made)


def _ending(today: date, within: int) -> list[SkillCertificate]:
    """Certificates in force of technicians at work that end within so many days and are not followed."""
    mine = SkillCertificate.objects.filter(technician__is_active=True).select_related(
        "technician__station", "technician__user", "family"
    )
    ending = list(mine.filter(valid_from__lte=today, valid_to__gt=today, valid_to__lte=today + timedelta(days=within)))
    best: dict[tuple[int, int], list[SkillCertificate]] = defaultdict(list)
    for row in mine.filter(technician__in={each.technician_id for each in ending}, valid_to__gt=today):
        best[row.technician_id, row.family_id].append(row)
    return [each for each in ending if not _is_followed(each, best[each.technician_id, each.family_id])]


def _is_followed(certificate: SkillCertificate, others: list[SkillCertificate]) -> bool:
    return any(
        other.valid_to > certificate.valid_to
        and other.valid_from <= certificate.valid_to
        and other.level >= certificate.level
        for other in others
    )


@transaction.atomic
def rate_technician(
    technician: Technician,
    *,
    stars: int,
    reason: str,
    valid_from: date | None = None,
    source: str = "set",
    actor: Any,
    at: datetime | None = None,
) -> TechnicianRating:
    """From that day the technician holds 1 to 5 stars; a row of that day is replaced. Raises BadStars, SayWhy. One Event."""
    at = at or clock.now()
    if stars not in range(1, 6):
        raise BadStars(got=stars, field="stars")
    why = said(reason)
    lock(technician)
    row, _is_new = TechnicianRating.objects.update_or_create(
        technician=technician,
        valid_from=valid_from or clock.local_date(at),
        defaults={"stars": stars, "source": source, "reason": why, "set_by": actor},
    )
    data = {"technician": technician.name, "stars": stars, "source": source}
    events.record(technician.station, "station.technician_rated", actor=actor, at=at, note=why, data=data)
    return row


def stars_on(technician: Technician, on: date | None = None) -> TechnicianRating | None:
    """The rating in force on the day, or None: nobody has rated them yet."""
    rows = TechnicianRating.objects.filter(technician=technician, valid_from__lte=on or clock.today())
    return rows.order_by("-valid_from").first()
