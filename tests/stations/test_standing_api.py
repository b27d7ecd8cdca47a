"""Programs read standing and contracts, and act on them, under the permissions of the pages."""

from decimal import Decimal

from stations import renewals
from tests.api.calls import Program
from tests.cast import Cast
from tests.factories.stations import make_family


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
    body = {"amount": "250.00", "bank_reference": "ICBC-7"}

    for _turn in range(2):
        assert program.post(f"dealer-accounts/{pk}/payment/", body).status_code == 200
    other = program.post(f"dealer-accounts/{pk}/payment/", body | {"amount": "251.00"})

    assert cast.dealer_a.accounts.get().used == Decimal("-250.00")
    assert (other.status_code, other.json()["code"]) == (409, "posted_otherwise")


def test_a_station_agrees_and_headquarters_signs(cast: Cast) -> None:
    cast.station_a.contracts.update(valid_to="2026-12-31")
    number = renewals.prepare_renewal(cast.station_a, actor=cast.service_manager).number

    early = Program(cast.service_manager).post(f"renewals/{number}/sign/", {})
    agreed = Program(cast.owner_a).post(f"renewals/{number}/agree/", {"signatory": "刘建国"})
    signed = Program(cast.service_manager).post(f"renewals/{number}/sign/", {})

    assert (early.status_code, agreed.json()["status"], signed.json()["status"]) == (409, "agreed", "signed")
    assert signed.json()["contract"].startswith("AU-")
