"""Messages in the app, and mails that leave after the commit, are retried, and are given up in the end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import clock, jobs
from portal.core.models import MailOutbox, Notification
from portal.core.models.notifications import MailStatus
from portal.core.notifications import mark_read, notify, post, retry, send_waiting, unread_count

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create(username="ann", email="ann@example.com", language="zh-hans")


@pytest.fixture
def stopped() -> object:
    clock.set(START)
    yield
    clock.set(None)


def test_each_active_user_gets_one_message_in_their_language(ann: User) -> None:
    bob = User.objects.create(username="bob", language="en")
    gone = User.objects.create(username="gone", is_active=False)

    notify([ann, bob, ann, gone], "claim.approved", _("Saturday"), url="/x/", subject=ann)

    assert dict(Notification.objects.values_list("user__username", "text")) == {"ann": "星期六", "bob": "Saturday"}
    assert not MailOutbox.objects.exists()


def test_everybody_sees_and_opens_only_their_own(ann: User) -> None:
    bob = User.objects.create(username="bob", is_superuser=True)
    notify(ann, "a", "甲")
    notify(bob, "b", "乙")

    assert (unread_count(ann), mark_read(bob), unread_count(ann), unread_count(bob)) == (1, 1, 1, 0)


def test_a_mail_leaves_after_the_commit_and_once_per_key(ann: User) -> None:
    notify(ann, "claim.approved", "索赔单已批准", url="/warranty/1/", mail=True)
    post("ann@example.com", "again", "text", key=MailOutbox.objects.get().key)
    assert mail.outbox == []

    jobs.drain()

    assert [(sent.subject, sent.to) for sent in mail.outbox] == [("索赔单已批准", ["ann@example.com"])]
    assert "/warranty/1/" in mail.outbox[0].body
    assert MailOutbox.objects.get().status == MailStatus.SENT


def test_a_rolled_back_operation_mails_nobody(ann: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        notify(ann, "x", "x", mail=True)
        raise RuntimeError

    assert not MailOutbox.objects.exists()
    assert not Notification.objects.exists()


def test_no_line_break_gets_into_a_header(ann: User) -> None:
    post("ann@example.com", "a\r\nBcc: all@example.com", "text", key="k")
    jobs.drain()

    assert mail.outbox[0].subject == "a Bcc: all@example.com"


def test_a_failing_mail_is_tried_again_later_and_given_up_after_six_attempts(
    ann: User, stopped: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    post("ann@example.com", "s", "b", key="k")

    def refuse(_message: object) -> None:
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as broken:
        broken.setattr("portal.core.notifications.EmailMessage.send", refuse)
        waits = []
        for _attempt in range(8):
            send_waiting()
            row = MailOutbox.objects.get()
            if row.status == MailStatus.DEAD:
                break
            waits.append((row.next_attempt_at - clock.now()) // timedelta(minutes=1))
            clock.set(row.next_attempt_at)
    assert (waits, row.attempts, row.status) == ([1, 5, 30, 120, 720], 6, MailStatus.DEAD)
    assert "no server" in row.last_error

    retry(row)
    assert send_waiting() == 1
    assert MailOutbox.objects.get().status == MailStatus.SENT
