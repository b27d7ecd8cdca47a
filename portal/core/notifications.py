"""notify(): a message in the app and, if wished, a mail; send_waiting(): the outbox is emptied, with retries.

Both are rows of the caller's transaction: what is rolled back tells nobody. Not here: whom an app tells (its jobs).
"""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import translation

from portal.core import clock, jobs
from portal.core.documents import pdf_bytes
from portal.core.models.documents import Document
from portal.core.models.notifications import MailOutbox, MailStatus, Notification
from portal.core.registries import say_notice
from portal.core.transactions import acting

BACKOFF_MINUTES: Final = (1, 5, 30, 120, 720)  # after the sixth failure a mail is given up
MAX_PER_RUN: Final = 200
BREAKS: Final = re.compile(r"[\r\n\x00-\x1f\u2028\u2029]+")

_log = logging.getLogger(__name__)


@transaction.atomic
def notify(
    users: Any,
    kind: str,
    facts: Mapping[str, Any],
    *,
    url: str = "",
    subject: models.Model | None = None,
    mail: bool = False,
    at: datetime | None = None,
) -> list[Notification]:
    """Each of the users has the message; with `mail` in the post as well, in their own language.

    users: one, or any of them; inactive ones and twins are left out. kind: one that an app words (registries.notices);
    facts: what its sentence is made of, kept with the message, which is worded when it is read. url: a path of ours.
    Writes Notification and MailOutbox rows.
    """
    moment = at or clock.now()
    label = subject._meta.label_lower if subject is not None else ""
    rows = []
    for user in _active(users):
        with translation.override(getattr(user, "language", "") or settings.LANGUAGE_CODE):
            words = say_notice(kind, facts)
        rows.append(
            Notification(
                user=user,
                kind=kind,
                text=words[:500],
                facts=dict(facts),
                url=url[:300],
                subject_type=label,
                subject_id=subject.pk if subject is not None else None,
                created_at=moment,
            )
        )
    made = Notification.objects.bulk_create(rows)
    if mail:
        for row in made:
            if row.user.email:
                link = f"\n\n{settings.PUBLIC_URL}{row.url}" if row.url else ""
                key, language = f"notification:{row.pk}", row.user.language or settings.LANGUAGE_CODE
                post(row.user.email, row.text, f"{row.text}{link}", key=key, language=language, at=moment)
    return made


@transaction.atomic
def post(
    to: str,
    subject: str,
    body: str,
    *,
    key: str,
    language: str = "zh-hans",
    document: Document | None = None,
    at: datetime | None = None,
) -> MailOutbox:
    """The mail leaves after the caller's commit; a known key posts nothing again. Writes one MailOutbox row.

    document: goes along as its PDF, which is made when the mail is sent.
    """
    moment = at or clock.now()
    row, created = MailOutbox.objects.get_or_create(
        key=key[:120],
        defaults={
            "to": BREAKS.sub("", to),
            "subject": BREAKS.sub(" ", subject).strip()[:200],
            "body": body,
            "document": document,
            "language": language,
            "created_at": moment,
            "next_attempt_at": moment,
        },
    )
    if created:
        jobs.enqueue("core.send_mail")
    return row


def unread_count(user: Any) -> int:
    """How many messages the user has not opened; counted to 100."""
    return len(Notification.objects.visible_to(user).unread().order_by().values_list("pk")[:100])


def mark_read(user: Any, *ids: int) -> int:
    """The user has read these messages, or all if none are named; how many were new."""
    rows = Notification.objects.visible_to(user).unread()
    return (rows.filter(pk__in=ids) if ids else rows).update(read_at=clock.now())


def send_waiting() -> int:
    """Every mail that is due was tried once; how many left. A mail is claimed before and marked after it was sent:
    a crash between the two sends it twice, never not at all, and its Message-ID stays the same."""
    sent = 0
    for _number in range(MAX_PER_RUN):
        row = _claim()
        if row is None:
            break
        failure = _send(row)
        with acting(None, request_id=f"mail:{row.pk}"):
            if failure:
                _put_back(row, failure)
            else:
                MailOutbox.objects.filter(pk=row.pk).update(status=MailStatus.SENT, sent_at=clock.now(), last_error="")
                sent += 1
    return sent


def mail_is_due() -> bool:
    """Whether a mail waits whose time has come."""
    return MailOutbox.objects.filter(status=MailStatus.WAITING, next_attempt_at__lte=clock.now()).exists()


def retry(row: MailOutbox) -> None:
    """A mail that was given up is due again at once, with all its attempts."""
    MailOutbox.objects.filter(pk=row.pk, status=MailStatus.DEAD).update(
        status=MailStatus.WAITING, attempts=0, next_attempt_at=clock.now()
    )
    jobs.enqueue("core.send_mail")


def _active(users: Any) -> list[Any]:
    found = users if isinstance(users, Iterable) else [users]
    return list({user.pk: user for user in found if user is not None and user.is_active}.values())


def _claim() -> MailOutbox | None:
    """The next due mail, its attempt counted and its next one put off; no other worker has it meanwhile."""
    with acting(None, request_id="mail"):
        due = MailOutbox.objects.filter(status=MailStatus.WAITING, next_attempt_at__lte=clock.now())
        row = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        wait = BACKOFF_MINUTES[min(row.attempts, len(BACKOFF_MINUTES) - 1)]
        row.attempts += 1
        row.next_attempt_at = clock.now() + timedelta(minutes=wait)
        row.save(update_fields=["attempts", "next_attempt_at"])
        return row


def _send(row: MailOutbox) -> str:
    """What went wrong, or nothing."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    message = EmailMessage(
        row.subject, row.body, to=[row.to], headers={"Message-ID": f"<{row.pk}.{row.created_at:%Y%m%d%H%M%S}@{host}>"}
    )
    try:
        if row.document is not None:
            message.attach(f"{row.document.number}.pdf", pdf_bytes(row.document), "application/pdf")
        message.send()
    except Exception as error:  # whatever a mail server, its library or a PDF raises: the mail is tried again
        return f"{type(error).__name__}: {error}"[:500]
    return ""


def _put_back(row: MailOutbox, failure: str) -> None:
    given_up = row.attempts > len(BACKOFF_MINUTES)
    if given_up:
        _log.error("mail %s given up after %s attempts: %s", row.pk, row.attempts, failure)
    status = MailStatus.DEAD if given_up else MailStatus.WAITING
    MailOutbox.objects.filter(pk=row.pk).update(status=status, last_error=failure)
