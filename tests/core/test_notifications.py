"""Messages in the app, and mails that leave after the commit, are retried, and are given up in the end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import clock, jobs, registries
from portal.core.models import MailOutbox, Notification
from portal.core.models.notifications import MailStatus
from portal.core.notifications import mark_read, notify, post, retry, send_waiting, unread_count

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registries.notices, "test.day", format_lazy("{day} %(number)s", day=_("Saturday")))


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

    notify([ann, bob, ann, gone], "test.day", {"number": 7}, url="/x/", subject=ann)

    assert dict(Notification.objects.values_list("user__username", "text")) == {"ann": "星期六 7", "bob": "Saturday 7"}
    assert not MailOutbox.objects.exists()


def test_a_message_is_read_in_the_readers_language_and_mailed_in_the_preferred_one(ann: User) -> None:
    notify(ann, "test.day", {"number": 7}, mail=True)
    written_before = Notification.objects.create(user=ann, kind="test.day", text="旧消息", created_at=clock.now())
    message = Notification.objects.exclude(pk=written_before.pk).get()

    with translation.override("en"):
        assert (message.words, written_before.words) == ("Saturday 7", "旧消息")
    with translation.override("zh-hans"):
        assert message.words == "星期六 7"
    assert (MailOutbox.objects.get().subject, MailOutbox.objects.get().language) == ("星期六 7", "zh-hans")


def test_everybody_sees_and_opens_only_their_own(ann: User) -> None:
    bob = User.objects.create(username="bob", is_superuser=True)
    notify(ann, "test.day", {"number": 1})
    notify(bob, "test.day", {"number": 2})

    assert (unread_count(ann), mark_read(bob), unread_count(ann), unread_count(bob)) == (1, 1, 1, 0)


def test_a_mail_leaves_after_the_commit_and_once_per_key(ann: User) -> None:
    notify(ann, "test.day", {"number": 7}, url="/warranty/1/", mail=True)
    post("ann@example.com", "again", "text", key=MailOutbox.objects.get().key)
    assert mail.outbox == []

    jobs.drain()

    assert [(sent.subject, sent.to) for sent in mail.outbox] == [("星期六 7", ["ann@example.com"])]
    assert "/warranty/1/" in mail.outbox[0].body
    assert MailOutbox.objects.get().status == MailStatus.SENT


def test_a_rolled_back_operation_mails_nobody(ann: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        notify(ann, "test.day", {"number": 1}, mail=True)
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
