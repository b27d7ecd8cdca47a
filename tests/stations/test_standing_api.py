"""Programs read standing and contracts, and act on them, under the permissions of the pages."""

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.core import clock
from stations import renewals
from tests.api.calls import Program
from tests.cast import Cast
from tests.conftest import as_user
from tests.counting import assert_as_many_queries
from tests.factories.stations import make_family
from tests.factories.visits import rectified
from tests.permissions.core import GIF_LIKE_PNG
from tests.permissions.standing import statement


def test_a_program_suspends_with_a_reason_and_reads_why_nothing_goes(cast: Cast) -> None:
    program, code = Program(cast.service_manager), cast.station_a.code

    refused = program.post(f"stations/{code}/suspend/", {"reason": ""})
    done = program.post(f"stations/{code}/suspend/", {"reason": "两次整改未完成"})
    again = program.post(f"stations/{code}/suspend/", {"reason": "两次整改未完成"})
    seen = Program(cast.clerk_a).get(f"stations/{code}/standing/").json()

    assert (refused.status_code, done.status_code, again.status_code) == (400, 200, 409)
    assert [reason["code"] for reason in seen["may"]["dispatch"]["reasons"]] == ["suspended"]
    assert seen["may"]["claim"]["ok"] is True
    assert Program(cast.clerk_b).get(f"stations/{code}/standing/").status_code == 404


def test_a_program_renews_with_terms_and_a_second_one_is_refused(cast: Cast) -> None:
    cast.station_a.contracts.update(valid_to="2026-12-31")
    family, program = make_family(code="GW"), Program(cast.service_manager)
    body = {"station": cast.station_a.code, "signatory": "刘建国", "months": 12, "families": [family.code]}

    made = program.post("contracts/", body)
    twice = program.post("contracts/", body)
    odd = program.post("contracts/", body | {"families": ["NO-SUCH"]})

    assert (made.status_code, made.json()["families"], made.json()["valid_from"]) == (201, ["GW"], "2026-12-31")
    assert (twice.status_code, twice.json()["code"]) == (409, "contract_period_taken")
    assert odd.status_code == 400


def test_a_payment_by_a_program_counts_once(cast: Cast) -> None:
    program, pk = Program(cast.finance), cast.dealer_a.accounts.get().pk
    body = {"amount": "250.00", "bank_reference": "ICBC-7", "is_advance": True}

    for _turn in range(2):
        assert program.post(f"dealer-accounts/{pk}/payment/", body).status_code == 200
    other = program.post(f"dealer-accounts/{pk}/payment/", body | {"amount": "251.00"})

    assert cast.dealer_a.accounts.get().used == Decimal("-250.00")
    assert (other.status_code, other.json()["code"]) == (409, "posted_otherwise")


def test_a_station_agrees_and_headquarters_signs(cast: Cast) -> None:
    cast.station_a.contracts.update(valid_to="2026-12-31")
    renewal = renewals.prepare_renewal(cast.station_a, actor=cast.service_manager)
    number = renewal.number
    first, last = renewals.term_of(renewal)
    page = as_user(cast.owner_a).get(reverse("renewal_agree", args=[renewal.pk])).content.decode()
    assert f"自 {first} 起至 {last} 止" in page

    early = Program(cast.service_manager).post(f"renewals/{number}/sign/", {})
    agreed = Program(cast.owner_a).post(f"renewals/{number}/agree/", {"signatory": "刘建国"})
    signed = Program(cast.service_manager).post(f"renewals/{number}/sign/", {})

    assert (early.status_code, agreed.json()["status"], signed.json()["status"]) == (409, "agreed", "signed")
    assert signed.json()["contract"].startswith("AU-")


def test_a_program_reads_an_account_over_a_period_and_issues_it(cast: Cast) -> None:
    finance, pk = Program(cast.finance), cast.dealer_a.accounts.get().pk
    today, before = clock.today(), clock.today() - timedelta(days=1)
    paid = {
        "amount": "250.00",
        "bank_reference": "ICBC-7",
        "station": cast.station_a.code,
        "note": "六月",
        "is_advance": True,
    }
    finance.post(f"dealer-accounts/{pk}/payment/", paid)
    days = {"first": before.isoformat(), "last": today.isoformat()}

    period = Program(cast.owner_a).get(f"dealer-accounts/{pk}/period/", **days, station=cast.station_a.code).json()
    refused = {
        "last": finance.get(f"dealer-accounts/{pk}/period/", first=days["last"], last=days["first"]),
        "first": finance.get(f"dealer-accounts/{pk}/period/", last=days["last"]),
        "station": finance.get(f"dealer-accounts/{pk}/period/", **days, station="NO-SUCH"),
    }
    early = finance.post(f"dealer-accounts/{pk}/statement/", days)
    issued = finance.post(f"dealer-accounts/{pk}/statement/", days | {"last": before.isoformat()})

    assert [(line["entry"]["amount"], line["balance"]) for line in period["lines"]] == [("-250.00", "-250.00")]
    assert (period["opening"]["used"], period["closing"]["used"]) == ("0.00", "-250.00")
    assert {name: list(answer.json()["errors"]) for name, answer in refused.items()} == {
        name: [name] for name in refused
    }
    assert (early.status_code, early.json()["code"]) == (422, "period_not_over")
    assert issued.json()["document"]["number"] == issued.json()["number"]
    shown = Program(cast.owner_a).get("account-statements/").json()["results"]
    assert [row["number"] for row in shown] == [issued.json()["number"]]
    assert Program(cast.owner_b).get(f"account-statements/{issued.json()['id']}/").status_code == 404


def test_finance_sets_limits_and_another_hand_reverses(cast: Cast) -> None:
    finance, pk = Program(cast.finance), cast.dealer_a.accounts.get().pk

    limited = finance.post(f"dealer-accounts/{pk}/limit/", {"amount": "90000", "reason": "旺季"})
    above = finance.post(f"dealer-accounts/{pk}/override/", {"amount": "500", "reason": "急单"})
    wrong = finance.post(f"dealer-accounts/{pk}/limit/", {"amount": "-1", "reason": "旺季"})
    finance.post(f"dealer-accounts/{pk}/payment/", {"amount": "250.00", "bank_reference": "ICBC-7", "is_advance": True})
    entry = finance.get("account-entries/", account=pk).json()["results"][0]["id"]
    own = finance.post(f"account-entries/{entry}/reverse/", {"reason": "录入错误，金额应为 205"})

    assert (limited.json()["credit_limit"], above.json()["override"]) == ("90000.00", "500.00")
    assert (wrong.status_code, list(wrong.json()["errors"]), own.status_code) == (400, ["amount"], 403)


def test_a_grade_certificate_is_issued_once_for_a_grade(cast: Cast) -> None:
    program, path = Program(cast.owner_a), f"stations/{cast.station_a.code}/grade-certificate/"

    first, second = program.post(path, {}).json(), program.post(path, {}).json()

    assert (first, first["number"] != "") == (second, True)


def test_a_finding_is_answered_with_photos_and_looked_at_again(cast: Cast) -> None:
    order = rectified(cast.station_a, actor=cast.region_manager)
    finding, clerk = order.lines.get(), Program(cast.clerk_a)
    files = [SimpleUploadedFile(f"{number}.png", GIF_LIKE_PNG, "image/png") for number in range(2)]

    answered = clerk.send(f"findings/{finding.pk}/answer/", {"evidence": "灭火器已更换，附照片", "photos": files})
    refused = clerk.send(f"findings/{finding.pk}/answer/", {"evidence": ""})
    plain = clerk.post(f"findings/{finding.pk}/answer/", {"evidence": "灭火器已全部更换完毕"})
    planned = Program(cast.region_manager).post(f"rectifications/{order.pk}/revisit/", {"planned_on": "2099-01-01"})

    assert (answered.status_code, len(answered.json()["files"])) == (200, 2)
    assert (refused.status_code, list(refused.json()["errors"]), plain.status_code) == (400, ["evidence"], 200)
    assert (planned.status_code, planned.json()["purpose"]) == (200, "revisit")


def test_statements_are_listed_in_as_many_questions_for_many_as_for_two(cast: Cast) -> None:
    assert_as_many_queries(
        "api_account_statements", cast.finance, lambda count: [statement(cast) for _each in range(count)], many=12
    )
