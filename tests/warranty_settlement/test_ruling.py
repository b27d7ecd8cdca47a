"""Two appraisers who differ: whom the piece waits for, who decides and when, and what nobody outside headquarters reads."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from portal.accounts.models import RoleGrant
from portal.core import clock, jobs
from portal.core.documents import documents_of
from portal.core.errors import Refusal
from portal.core.models import Notification
from tests.conftest import as_user
from tests.desks import Desk
from tests.factories.claims import photo
from tests.factories.stations import make_user
from tests.warranty_settlement.test_bench import WHY, received, steps_of, work
from warranty import appraisal, ruling
from warranty.models import FailedPart, RecoveryCase, SettlementItem

REASON = "拆解照片显示焊点为二次维修所致，采信第二份结论"


def split(desk: Desk) -> FailedPart:
    """Judged by both appraisers of the house, for different reasons."""
    piece = received(desk, "1500.00")
    appraisal.appraise(piece, verdict="user", findings=WHY, actor=desk.appraiser)
    appraisal.appraise(piece, verdict="workmanship", findings=WHY, actor=desk.second)
    return FailedPart.objects.get(pk=piece.pk)


def refused(act: Any) -> str:
    with pytest.raises(Refusal) as found, transaction.atomic():
        act()
    return found.value.code


def rule(piece: FailedPart, desk: Desk, verdict: str = "workmanship", reason: str = REASON) -> Any:
    return ruling.rule(piece, verdict=verdict, reason=reason, actor=desk.approver)


def test_where_no_third_appraiser_is_free_an_approver_decides_at_once(desk: Desk) -> None:
    piece = split(desk)
    assert (work(desk.approver)["to_rule"], work(desk.appraiser)["third_verdict"]) == ([piece.pk], [])

    row = rule(piece, desk)

    piece.refresh_from_db()
    assert (row.is_final, row.is_ruling, piece.status) == (True, True, "inspected")
    assert appraisal.final_verdict(piece) == "workmanship"
    assert SettlementItem.objects.get(failed_part=piece).reason == "WMS"
    assert RecoveryCase.objects.get(line=piece.line).status == "closed"
    assert work(desk.approver)["to_rule"] == []
    assert refused(lambda: rule(piece, desk)) == "judged_already"


def test_a_free_third_appraiser_comes_first_and_an_approver_after_three_days(desk: Desk, june: Any) -> None:
    third, piece = make_user("appraiser"), split(desk)

    june("2025-06-03 23:59:59")
    assert refused(lambda: rule(piece, desk)) == "no_ruling_awaited"
    assert (work(third)["third_verdict"], work(desk.approver)["to_rule"]) == ([piece.pk], [])
    june("2025-06-04 00:00:00")
    assert work(desk.approver)["to_rule"] == [piece.pk]

    assert rule(piece, desk).is_final


def test_a_third_appraiser_who_had_a_hand_in_the_claim_is_not_free(desk: Desk) -> None:
    third, piece = make_user("appraiser"), split(desk)
    type(piece.claim).objects.filter(pk=piece.claim_id).update(decided_by=third)
    piece = FailedPart.objects.get(pk=piece.pk)

    waits = ruling.waiting_verdict(piece)

    assert waits is not None
    assert (list(waits.free), waits.ruled_from) == ([], clock.today())
    assert work(desk.approver)["to_rule"] == [piece.pk]


def test_one_verdict_waits_for_the_second_appraiser_unless_the_house_has_none(desk: Desk) -> None:
    piece = received(desk, "1500.00")
    appraisal.appraise(piece, verdict="user", findings=WHY, actor=desk.appraiser)
    assert refused(lambda: rule(piece, desk, "user")) == "no_ruling_awaited"

    RoleGrant.objects.filter(user=desk.second).update(valid_to=clock.today())

    assert work(desk.approver)["to_rule"] == [piece.pk]
    assert rule(piece, desk, "user").is_final


def test_a_ruling_keeps_to_what_was_found_and_is_in_doubt_for_the_station(desk: Desk) -> None:
    piece = split(desk)

    assert refused(lambda: rule(piece, desk, "supplier_defect")) == "verdict_not_given"
    assert refused(lambda: rule(piece, desk, reason="太短")) == "text_too_short"
    assert rule(piece, desk, "undetermined").verdict == "undetermined"
    assert not SettlementItem.objects.filter(failed_part=piece).exists()


def test_who_decided_the_claim_or_judged_the_piece_does_not_rule(desk: Desk) -> None:
    piece = split(desk)
    RoleGrant.objects.create(user=desk.second, role="approver", valid_from=clock.today())
    assert refused(lambda: ruling.rule(piece, verdict="user", reason=REASON, actor=desk.second)) == "judged_already"
    type(piece.claim).objects.filter(pk=piece.claim_id).update(decided_by=desk.approver)
    fresh = FailedPart.objects.get(pk=piece.pk)

    assert refused(lambda: rule(fresh, desk)) == "own_piece"
    assert not desk.approver.has_perm("warranty.rule_appraisal", fresh)
    assert as_user(desk.approver).get(f"/warranty/failed-parts/{piece.pk}/rule/").status_code == 403


def test_those_who_can_decide_are_told(desk: Desk) -> None:
    third, piece = make_user("appraiser"), split(desk)
    jobs.drain()

    told = dict(Notification.objects.filter(kind__startswith="failedpart.").values_list("kind", "user"))
    assert told == {"failedpart.verdicts_differ": third.pk, "failedpart.ruling_later": desk.approver.pk}

    alone = split(desk)
    RoleGrant.objects.filter(user=third).update(valid_to=clock.today())
    Notification.objects.all().delete()
    jobs.drain()
    assert Notification.objects.get(subject_id=alone.pk).kind == "failedpart.ruling_needed"
    assert piece.pk != alone.pk


def test_the_page_says_whom_it_waits_for_and_shows_both_beside_each_other(desk: Desk) -> None:
    piece, (voltage, _insulation) = received(desk, "1500.00"), steps_of(desk)
    measured = {voltage.pk: Decimal("9.8")}
    appraisal.appraise(
        piece, verdict="user", findings="外壳有撞击痕迹，非产品缺陷", actor=desk.appraiser, photos=[photo(1)],
        measurements=measured,
    )  # fmt: skip
    appraisal.appraise(piece, verdict="workmanship", findings=WHY, actor=desk.second)
    address = f"/warranty/failed-parts/{piece.pk}/"

    with translation.override("zh-hans"):
        waits, judged = (as_user(user).get(address).content.decode() for user in (desk.approver, desk.appraiser))
        page = as_user(desk.approver).get(f"{address}rule/").content.decode()

    assert f"{address}rule/" in waits
    assert "由索赔批准人裁定" in judged
    assert f"{address}appraise/" not in judged
    assert [word in page for word in ("外壳有撞击痕迹", WHY, "输出电压", "thumb")] == [True] * 4
    assert page.count('name="verdict"') == 3
    done = as_user(desk.approver).post(f"{address}rule/", {"verdict": "user", "reason": REASON})
    assert (done.status_code, appraisal.final_verdict(piece)) == (302, "user")


def test_the_station_reads_the_verdict_and_not_who_differed(desk: Desk) -> None:
    piece = split(desk)
    address = f"/warranty/failed-parts/{piece.pk}/"

    def seen() -> str:
        client = as_user(desk.owner)
        pages = [address, f"/trail/{piece.claim.root_number}/"]
        return "".join(client.get(page).content.decode() for page in pages)

    with translation.override("zh-hans"):
        before = seen()
        rule(piece, desk)
        after = seen()

    assert ("维修操作" in before, "焊点虚焊" in before) == (False, False)
    assert ("结论不一致" in before, "裁定" in before + after) == (False, False)
    assert WHY in after
    report = documents_of(piece, "appraisal_report").get().facts
    assert {each["verdict"] for each in report["appraisals"]} == {"workmanship"}


def test_the_bench_names_the_day_of_the_verdict_and_not_of_the_arrival(desk: Desk) -> None:
    from warranty.settlement_registry import headquarters_work

    piece = received(desk)
    bench = next(each for each in headquarters_work(desk.appraiser) if each.key == "bench")

    item = bench.item(bench.rows[0])

    assert item.due_at == clock.end_of(clock.today().replace(day=8))
    assert (item.due_label, item.url) == ("鉴定", f"/warranty/failed-parts/{piece.pk}/appraise/")
