"""Pages, lists, worklists, messages, admin and API of documents and ideas."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.core import clock
from stations import bulletins, ideas, library_worklists
from stations.bulletins import Audience
from stations.models import Bulletin, BulletinReading, Idea, PublishedIdea
from tests.api.calls import Program
from tests.cast import Cast
from tests.conftest import as_user
from tests.counting import assert_as_many_queries
from tests.factories.library import (
    ANSWER,
    make_accepted,
    make_bulletin,
    make_idea,
    make_published,
    make_waiting_reward,
)
from tests.factories.stations import make_certificate, make_family, make_member, make_station

pytestmark = pytest.mark.django_db
EAST = Audience(regions=("EAST",))
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF"
WORDS = {"headline": "旧件分格", "headline_en": "Sorted boxes", "summary": "按机型分格", "summary_en": "By model"}
NOTICE = {"kind": "notice", "title": "国庆值班安排", "body": "各站须安排值班。", "regions": []}


def page(user: Any, name: str, *args: Any, **query: Any) -> str:
    answer = as_user(user).get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return str(answer.content.decode())


def test_headquarters_writes_publishes_revises_and_withdraws_by_the_pages(cast: Cast) -> None:
    browser = as_user(cast.service_manager)
    upload = SimpleUploadedFile("排查手册.pdf", PDF)
    answer = browser.post(reverse("bulletin_write"), NOTICE | {"regions": [cast.east.pk], "files": upload})
    row = Bulletin.objects.get()
    assert (answer.status_code, row.status, row.region_codes) == (302, "draft", ["EAST"])

    must = NOTICE | {"must_read": "on", "read_by": clock.today().isoformat(), "regions": [cast.east.pk]}
    assert browser.post(reverse("bulletin_edit", args=[row.pk]), must | {"read_by": ""}).status_code == 422
    assert browser.post(reverse("bulletin_edit", args=[row.pk]), must).status_code == 302
    assert "1" in page(cast.service_manager, "bulletin_publish", row.pk)
    assert browser.post(reverse("bulletin_publish", args=[row.pk])).status_code == 302
    assert browser.post(reverse("bulletin_publish", args=[row.pk])).status_code == 409

    assert as_user(cast.clerk_a).post(reverse("bulletin_read", args=[row.pk])).status_code == 302
    assert BulletinReading.objects.get().user == cast.clerk_a
    assert "张丽" in page(cast.service_manager, "bulletin_readers", row.pk)

    answer = browser.post(reverse("bulletin_revise", args=[row.pk]))
    draft = Bulletin.objects.get(status="draft")
    assert answer.url == reverse("bulletin_edit", args=[draft.pk])
    changed = must | {"body": "各站须安排两人值班。", "change_note": "改为两人"}
    assert browser.post(answer.url, changed).status_code == 302
    assert browser.post(reverse("bulletin_publish", args=[draft.pk])).status_code == 302
    shown = page(cast.clerk_a, "bulletin_detail", draft.pk)
    assert "改为两人" in shown
    assert "各站须安排值班。" in shown
    assert "排查手册.pdf" in shown

    wrong = browser.post(reverse("bulletin_withdraw", args=[draft.pk]), {"reason": "错"})
    assert (wrong.status_code, "至少" in wrong.content.decode()) == (409, True)
    assert browser.post(reverse("bulletin_withdraw", args=[draft.pk]), {"reason": "值班表有误"}).status_code == 302
    assert "值班表有误" in page(cast.clerk_a, "bulletin_detail", draft.pk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(cast: Cast, language: str) -> None:
    for name in ("service_manager", "clerk_a", "region_manager", "finance"):
        type(cast.clerk_a).objects.filter(pk=cast.get(name).pk).update(language=language)  # type: ignore[union-attr]
    first = make_published(audience=EAST)
    draft = bulletins.revise_bulletin(first, actor=cast.service_manager)
    reward = make_waiting_reward(cast.station_a)
    declined = make_idea(cast.station_a)
    published = make_accepted(cast.station_a, names_station=True)
    ideas.publish_idea(published, actor=cast.quality, **WORDS)
    ideas.propose_reward(published, points=5, amount=5, reason="好", actor=cast.service_manager)  # type: ignore[arg-type]
    manager, clerk = cast.fresh("service_manager"), cast.fresh("clerk_a")

    for who in (manager, clerk, cast.fresh("region_manager")):
        for name in ("bulletin_list", "idea_list", "idea_board", "point_list", "today"):
            page(who, name)
        page(who, "bulletin_detail", first.pk)
        page(who, "idea_detail", published.pk)
    for name, args in (
        ("bulletin_detail", [draft.pk]), ("bulletin_edit", [draft.pk]), ("bulletin_write", []), ("bulletin_shares", []),
        ("bulletin_readers", [first.pk]), ("bulletin_withdraw", [first.pk]), ("idea_detail", [reward.idea_id]),
        ("idea_accept", [declined.pk]), ("idea_publish", [reward.idea_id]), ("reward_grant", [reward.pk]),
        ("reward_refuse", [reward.pk]),
    ):  # fmt: skip
        page(manager, name, *args)
    assert ("A newer" in page(clerk, "bulletin_detail", first.pk)) is False
    headline = WORDS["headline_en"] if language == "en" else WORDS["headline"]
    assert (
        headline in page(cast.owner_b, "idea_board") if language == "zh-hans" else headline in page(clerk, "idea_board")
    )


def test_unread_comes_first_and_the_worklist_counts_it(cast: Cast) -> None:
    read, must, plain = make_published(), make_published(must_read=True, read_by=clock.today()), make_published()
    bulletins.confirm_reading(read, actor=cast.clerk_a)

    answer = as_user(cast.clerk_a).get(reverse("bulletin_list"))
    unread = as_user(cast.clerk_a).get(reverse("bulletin_list"), {"unread": "true"})

    assert list(answer.context["page"].rows) == [must, plain, read]
    assert list(unread.context["page"].rows) == [must, plain]
    assert str(must.number) in page(cast.clerk_a, "today")
    assert {hit.number for hit in library_worklists.search(cast.fresh("clerk_a"), "网关")} == {
        read.number,
        must.number,
        plain.number,
    }


def test_documents_are_found_by_title_number_and_family(cast: Cast) -> None:
    family = make_family(code="GATE")
    make_certificate(technician=cast.engineer_a, family=family)
    gate = make_published(title="网关手册", audience=Audience(families=("GATE",)))
    lock = make_published(title="门锁手册", title_en="Lock manual")

    def found(**query: str) -> list[Bulletin]:
        return list(as_user(cast.clerk_a).get(reverse("bulletin_list"), query).context["page"].rows)

    assert found(q="门锁") == found(q="lock MAN") == found(q=lock.number) == [lock]
    assert found(family="GATE") == [gate]
    assert as_user(cast.clerk_a).get(reverse("bulletin_list"), {"colour": "x"}).status_code == 400


def test_a_region_sees_its_own_readers_only_and_exports_what_it_sees(cast: Cast) -> None:
    published = make_published()
    for clerk in (cast.clerk_a, cast.clerk_b):
        bulletins.confirm_reading(published, actor=clerk)

    for who, codes in (("region_manager", ["HZ-0103"]), ("service_manager", ["CD-0201", "HZ-0103"])):
        answer = as_user(cast.get(who)).get(reverse("bulletin_readers", args=[published.pk]), {"export": "csv"})
        _heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert sorted(row[0] for row in rows) == codes
    none = as_user(cast.service_manager).get(reverse("bulletin_readers", args=[published.pk]), {"read": "no"})
    assert list(none.context["page"].rows) == []
    assert "1 / 1 (100%)" in page(cast.region_manager, "bulletin_list")


def test_shares_of_a_month_are_shown_and_wrong_months_are_refused(cast: Cast) -> None:
    published = make_published()
    bulletins.confirm_reading(published, actor=cast.clerk_a)
    due = published.recipients.first()
    assert due is not None

    answer = as_user(cast.service_manager).get(reverse("bulletin_shares"), {"month": f"{due.due_on:%Y-%m}"})

    shares = {row.code: row.reading.share for row in answer.context["page"].rows}
    assert shares == {"HZ-0103": 100, "CD-0201": 0}
    for wrong in ("2026-13", "x", "2026-1-1", "9999-12", "0001-01"):
        assert as_user(cast.service_manager).get(reverse("bulletin_shares"), {"month": wrong}).status_code == 400, wrong


def test_an_idea_goes_all_the_way_by_the_pages(cast: Cast) -> None:
    given = {"title": "旧件箱分格", "problem": "混放", "proposal": "分格", "station": cast.station_a.pk}
    author = as_user(cast.technician_a)
    assert author.post(reverse("idea_file"), given | {"station": cast.station_b.pk}).status_code == 422
    answer = author.post(reverse("idea_file"), given)
    idea = Idea.objects.get()
    assert answer.url == reverse("idea_detail", args=[idea.pk])

    quality, manager, finance = as_user(cast.quality), as_user(cast.service_manager), as_user(cast.finance)
    assert quality.post(reverse("idea_begin", args=[idea.pk])).status_code == 302
    short = quality.post(reverse("idea_accept", args=[idea.pk]), {"answer": "好"})
    assert short.status_code == 409
    assert quality.post(reverse("idea_accept", args=[idea.pk]), {"answer": ANSWER}).status_code == 302
    large = {"points": "0", "amount": "1500", "reason": "年节约一万元"}
    assert manager.post(reverse("idea_reward", args=[idea.pk]), large).status_code == 302
    reward = idea.rewards.get()
    assert manager.post(reverse("reward_grant", args=[reward.pk]), {"note": ""}).status_code == 403
    assert finance.post(reverse("reward_grant", args=[reward.pk]), {"note": ""}).status_code == 302
    assert manager.post(reverse("idea_publish", args=[idea.pk]), WORDS).status_code == 302

    shown = page(cast.technician_a, "idea_detail", idea.pk)
    assert "¥1,500.00" in shown
    assert ANSWER in shown
    board = page(cast.clerk_b, "idea_board")
    assert "旧件分格" in board
    assert "杭州西湖服务站" not in board


def test_work_waits_for_those_who_may_do_it(cast: Cast) -> None:
    make_idea(cast.station_a)
    accepted = make_accepted(cast.station_a)
    reward = make_waiting_reward(cast.station_a)

    def waiting(name: str) -> set[str]:
        return _groups(cast.fresh(name))

    assert {"ideas_filed"} <= waiting("quality")
    assert {"ideas_filed", "ideas_to_reward", "rewards_to_grant"} <= waiting("service_manager")
    assert {"rewards_to_grant"} <= waiting("finance")
    assert not {"ideas_filed", "ideas_to_reward", "rewards_to_grant"} & waiting("clerk_a")
    assert "rewards_to_grant" not in _groups(type(reward.proposed_by).objects.get(pk=reward.proposed_by_id))
    assert accepted.status == "accepted"


def _groups(user: Any) -> set[str]:
    return {group.key for group in library_worklists.worklists(user) if group.rows.exists()}


def test_the_admin_publishes_and_judges_by_buttons(cast: Cast) -> None:
    draft, idea = make_bulletin(), make_idea(cast.station_a)
    browser = as_user(cast.service_manager)
    for name, pk in (("bulletin", draft.pk), ("idea", idea.pk)):
        assert browser.get(reverse(f"admin:stations_{name}_change", args=[pk])).status_code == 200
    assert browser.get(reverse("admin:stations_bulletin_edit", args=[draft.pk])).status_code == 200
    for name, pk, values in (
        ("bulletin_publish", draft.pk, {}), ("idea_begin", idea.pk, {}), ("idea_accept", idea.pk, {"answer": ANSWER}),
        ("idea_reward", idea.pk, {"points": "5", "amount": "0", "reason": "好"}), ("idea_publish", idea.pk, WORDS),
    ):  # fmt: skip
        assert browser.post(reverse(f"admin:stations_{name}", args=[pk]), values).status_code == 302, name
    assert PublishedIdea.objects.get().idea == idea
    for model in ("bulletinreading", "ideareward", "incentive", "pointentry", "publishedidea"):
        assert browser.get(reverse(f"admin:stations_{model}_changelist")).status_code == 200


def test_programs_read_confirm_file_and_judge(cast: Cast) -> None:
    published = make_published(audience=EAST)
    clerk, manager, foreign = Program(cast.clerk_a), Program(cast.service_manager), Program(cast.clerk_b)

    assert [row["number"] for row in clerk.get("documents/").json()["results"]] == [published.number]
    assert foreign.get("documents/").json()["results"] == []
    assert foreign.get(f"documents/{published.pk}/").status_code == 404
    assert foreign.post(f"documents/{published.pk}/read/", {}).status_code == 404
    assert clerk.post(f"documents/{published.pk}/read/", {}).status_code == 200
    assert clerk.post(f"documents/{published.pk}/publish/", {}).status_code == 403
    assert manager.post(f"documents/{published.pk}/publish/", {}).json()["code"] == "transition_not_allowed"
    given = {"station": cast.station_a.code, "title": "分格", "problem": "混放", "proposal": "分格"}
    assert foreign.post("ideas/", given).status_code == 400
    number = clerk.post("ideas/", given).json()["number"]
    assert manager.post(f"ideas/{number}/begin/", {}).status_code == 200
    assert manager.post(f"ideas/{number}/judge/", {"accepts": True, "answer": ANSWER}).json()["status"] == "accepted"
    wrong = manager.post(f"ideas/{number}/reward/", {"amount": "NaN", "reason": "好"})
    assert wrong.status_code == 400
    rewarded = manager.post(f"ideas/{number}/reward/", {"amount": "5.00", "reason": "好"}).json()
    assert (rewarded["status"], rewarded["rewards"][0]["amount"]) == ("rewarded", "5.00")
    assert Program(cast.owner_a).get("incentives/").json()["results"][0]["source"] == number
    assert foreign.get("incentives/").status_code == 403
    assert manager.post(f"documents/{published.pk}/withdraw/", {"reason": "有误有误"}).json()["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("name", "who", "make"),
    [
        ("bulletin_list", "clerk_a", lambda cast: make_published()),
        ("bulletin_list", "service_manager", lambda cast: make_published()),
        ("bulletin_shares", "service_manager", lambda cast: make_station()),
        ("idea_list", "service_manager", lambda cast: make_idea(cast.station_a, actor=cast.clerk_a)),
        ("idea_board", "clerk_a", lambda cast: ideas.publish_idea(
            make_accepted(cast.station_a, names_station=True), actor=cast.quality, **WORDS
        )),
        ("api_bulletins", "clerk_a", lambda cast: make_published()),
        ("api_ideas", "service_manager", lambda cast: make_idea(cast.station_a, actor=cast.clerk_a)),
    ],
    ids=["reader", "headquarters", "shares", "ideas", "board", "api-documents", "api-ideas"],
)  # fmt: skip
def test_a_list_asks_as_often_for_many_rows(cast: Cast, name: str, who: str, make: Any) -> None:
    label = f"{name}:{who}" if name == "bulletin_list" else name
    grow = lambda count: [make(cast) for _number in range(count)]  # noqa: E731 a line is enough

    assert_as_many_queries(name, cast.get(who), grow, label=label, many=12)


def test_readers_of_a_document_are_asked_as_often_for_many_stations(cast: Cast) -> None:
    published = make_published()

    def grow(count: int) -> None:
        for _number in range(count):
            station = make_station()
            bulletins.extend_audiences()
            clerk = make_member("station_clerk", station=station)
            bulletins.confirm_reading(published, actor=clerk)

    assert_as_many_queries("bulletin_readers", cast.service_manager, grow, args=[published.pk], many=10)
