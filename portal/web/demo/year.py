"""A year of work: calls, jobs, claims, old parts, orders, statements, chargebacks. What is open at the end stays open."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.base import ContentFile

from parts import fulfillment, ordering
from parts.allocation import allocate
from parts.models import PartsOrder, StockBalance
from parts.stock import station_location
from portal.core import clock
from portal.core.attachments import attach
from portal.core.errors import Refusal
from portal.web.demo.pictures import photo
from portal.web.demo.story import Story, rows
from service import dispatch, intake, work_orders
from service.models import FaultCode, InstalledUnit, LaborOperation, ServiceRequest, WorkOrder
from stations.models import Station
from warranty import appraisal, chargebacks, claims, failed_parts, review, settlement
from warranty.models import (
    Chargeback,
    FailedPart,
    LaborRate,
    PartBox,
    PolicyMonths,
    Statement,
    SupplierAgreement,
    TravelRate,
    WarrantyClaim,
    WarrantyPolicy,
)
from warranty.registration import approve_registration, file_registration
from warranty.states import ClaimStatus

BUSY = 3  # the fourth station carries half of the work
CAUSES = (
    "拆机检查，{part}内部元件老化失效，万用表测量输出异常",
    "{part}烧毁，主板上有明显焦痕，其他部件检测正常",
    "{part}磨损严重，运行时打滑并伴有异响",
    "进水受潮导致{part}短路，外壳密封条完好",
    "{part}批次性焊接不良，轻敲即断电",
)
CORRECTIONS = (
    "更换{part}，重新校准并连续测试三次，功能恢复正常",
    "更换{part}，升级固件后重新配网，客户现场确认正常",
    "拆下旧件，更换{part}，清洁触点并做通断测试",
)
ADVICE = (
    "请问保修期是多长时间，怎么查询？", "手机换了新的路由器，设备怎么重新连接网络？", "想了解一下能不能再加装两个传感器",
    "遥控器丢了，可以单独买一个吗？", "APP 提示固件升级，需要升级吗？",
)  # fmt: skip


def tell(story: Story) -> None:
    """The masters of service and warranty, the first stock, then everything planned over the year."""
    story.happen(story.begin - timedelta(days=40), lambda: _masters(story))
    story.happen(story.begin - timedelta(days=30), lambda: _stock_up(story, first=True))
    story.things["requests"] = 0
    for number, day in enumerate(story.days()):
        _plan_day(story, number, day)
    for start in range(0, 4):
        story.plan(story.begin + timedelta(days=60 + 85 * start), lambda: _stock_up(story))
    _plan_months(story)


# masters


def _masters(story: Story) -> None:
    start = clock.today() - timedelta(days=900)
    families = story.things["families"]
    for row in rows_of_service("fault_codes"):
        FaultCode.objects.create(**row | {"family": families.get(row["family"])})
    for row in rows_of_service("labor_operations"):
        values = row | {"family": families.get(row["family"]), "is_diagnosis": row["is_diagnosis"] == "1"}
        LaborOperation.objects.create(**values | {"flat_hours": Decimal(row["flat_hours"])})
    for code, name, name_en, months in (("STD-24", "整机标准保修", "Standard warranty", 24),):
        policy = WarrantyPolicy.objects.create(code=code, name=name, name_en=name_en, level="all", valid_from=start)
        for part_class, length in (("whole_unit", months), ("core", months), ("wear", 6), ("consumable", 3)):
            PolicyMonths.objects.create(policy=policy, part_class=part_class, months=length)
    for grade, rate in (("A", 90), ("B", 80), ("C", 70), ("D", 60)):
        LaborRate.objects.create(grade=grade, hourly_rate=rate, valid_from=start)
    TravelRate.objects.create(km_rate=Decimal("1.50"), free_km=20, valid_from=start)
    for number, supplier in enumerate(story.things["suppliers"], start=1):
        SupplierAgreement.objects.create(
            supplier=supplier, number=f"QA-{number:03d}", valid_from=start, part_share=80 if number % 3 else 100,
            labor_share=50, travel_share=0 if number % 2 else 30, other_share=0, notice_days=90,
            months_from_receipt=30, handling_fee=Decimal(15),
        )  # fmt: skip
    story.things["operations"] = {}
    for operation in LaborOperation.objects.filter(is_active=True, is_diagnosis=False):
        story.things["operations"].setdefault(operation.family_id, []).append(operation)
    story.things["faults"] = {}
    for fault in FaultCode.objects.all():
        story.things["faults"].setdefault(fault.family_id, []).append(fault)
    story.things["phrases"] = {}
    for row in rows("phrases"):
        story.things["phrases"].setdefault(families[row["family"]].pk, []).append(row["text"])
    _choose_models(story)


def rows_of_service(name: str) -> list[dict[str, Any]]:
    """The rows of the dictionaries that service ships."""
    import csv
    from pathlib import Path

    import service

    path = Path(service.__file__).parent / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _choose_models(story: Story) -> None:
    """Each station's neighborhood has a few models, so that its shelf can hold their parts."""
    models = list(story.things["models"].values())
    story.things["models_of"] = {
        station.pk: story.dice.sample(models, 14 if number == BUSY else 5)
        for number, station in enumerate(story.things["stations"])
    }


# parts


def _stock_up(story: Story, *, first: bool = False) -> None:
    """Every station orders what its shelf lacks; headquarters allocates, ships; the station receives."""
    at = clock.now()
    orders = [
        order
        for number, station in enumerate(story.things["stations"])
        if (order := _order(story, number, station, first))
    ]
    if not orders:
        return
    allocate(actor=story.people["warehouse"], cause="manual")
    for order in orders:
        story.plan(story.later(at, 2, 30), _shipping(story, order), by=story.people["warehouse"])
    if first:
        story.things["first_orders"] = len(orders)


def _order(story: Story, number: int, station: Station, first: bool) -> PartsOrder | None:
    held = dict(StockBalance.objects.filter(location=station_location(station)).values_list("part_id", "on_hand"))
    goal = Decimal(60 if number == BUSY else 6)
    lines = [
        ordering.Wanted(part.number, goal - held.get(part.pk, Decimal(0)))
        for model in story.things["models_of"][station.pk]
        for part in story.things["parts_of"].get(model.pk, ())
        if held.get(part.pk, Decimal(0)) < goal / 3
    ]
    if not lines or number % 17 == 16:  # a few stations never order: their shelves are empty
        return None
    try:
        return ordering.place_order(station, lines=lines[:120], actor=story.people[f"clerk{_place(story, station)}"])
    except Refusal as refusal:
        story.refused.append(f"order {station.code}: {refusal}")
        return None


def _place(story: Story, station: Station) -> int:
    places: dict[int, int] = story.things.setdefault("places", {})
    if not places:
        from portal.accounts.models import User  # the clerk's name carries the number

        for user in User.objects.filter(username__startswith="clerk").prefetch_related("memberships"):
            for membership in user.memberships.all():
                places[membership.station_id or 0] = int(user.username.removeprefix("clerk"))
    return places[station.pk]


def _shipping(story: Story, order: PartsOrder) -> Any:
    def act() -> None:
        shipment = fulfillment.pick_order(PartsOrder.objects.get(pk=order.pk), actor=story.people["warehouse"])
        fulfillment.pack_shipment(
            shipment, boxes=[fulfillment.Box(f"SF{story.dice.randrange(10**12):012d}", Decimal("6.5"))],
            actor=story.people["warehouse"],
        )  # fmt: skip
        shipped = fulfillment.ship_shipment(shipment, carrier="顺丰速运", actor=story.people["warehouse"])
        story.plan(story.later(clock.now(), 24, 72), _receiving(story, shipped), by=None)

    return act


def _receiving(story: Story, shipment: Any) -> Any:
    def act() -> None:
        counts = {line.pk: fulfillment.Count(line.qty) for line in shipment.lines.all()}
        clerk = story.people[f"clerk{_place(story, shipment.order.station)}"]
        fulfillment.receive_shipment(shipment, counts=counts, actor=clerk)

    return act


# requests and jobs


def _plan_day(story: Story, number: int, day: date) -> None:
    share = story.requests / 366
    count = int(share * (number + 1)) - int(share * number)
    for _ in range(count):
        at = story.moment(
            day, story.dice.choice((8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 17, 19, 20)), story.dice.randrange(60)
        )
        story.plan(at, lambda: _call(story), by=story.people["agent"])
    story.plan(story.moment(day, 0, 20), lambda: _daily(story))


def _daily(story: Story) -> None:
    from stations.contracts import expire_contracts
    from warranty.settlement_jobs import old_parts_daily, recovery_daily, statements_daily

    expire_contracts()
    for work in (old_parts_daily, recovery_daily, statements_daily):
        work()


def _call(story: Story) -> None:
    """A customer calls: some want advice, most have a unit that fails."""
    story.things["requests"] += 1
    agent = story.people["agent"]
    number = BUSY if story.chance(0.66) else story.dice.randrange(len(story.things["stations"]))
    station = story.things["stations"][number]
    longitude, latitude = story.near(station.longitude, station.latitude, 12)
    name = (
        story.names.name()
        if story.chance(0.98)
        else f"{story.names.company()}（{story.names.name()}，物业工程部值班电话）"
    )
    customer = intake.add_customer(
        name=name, phone=story.mobile(), division=station.division, longitude=longitude, latitude=latitude, actor=agent,
        address=f"{story.names.street_name()}{story.dice.randrange(1, 400)}号"
        f"{story.dice.randrange(1, 30)}幢{story.dice.randrange(101, 3200)}室",
    )  # fmt: skip
    if story.chance(0.58):
        _ask_advice(story, customer, agent)
        return
    unit = _unit(story, station, customer)
    family = unit.product_model.family_id
    request = intake.take_request(
        customer=customer, unit=unit, actor=agent,
        fault_text=story.dice.choice(story.things["phrases"][family]),
        urgency=story.dice.choice(("machine_stopped", "function_fault", "function_fault")),
        channel=story.dice.choice(("hotline", "hotline", "wechat", "app", "online")),
        problem_class=story.dice.choice((1, 1, 1, 1, 2)),
        fault_code=story.dice.choice(story.things["faults"].get(family) or [None]),
    )  # fmt: skip
    if story.chance(0.04):
        story.plan(
            story.later(clock.now(), 0.1, 2),
            lambda: intake.cancel_request(request, reason="客户自行解决", actor=agent),
            by=agent,
        )
        return
    story.plan(
        clock.now() + timedelta(seconds=story.dice.randrange(20, 400)), lambda: _dispatch(story, request), by=agent
    )


def _ask_advice(story: Story, customer: Any, agent: Any) -> None:
    request = intake.take_request(
        customer=customer, actor=agent, fault_text=story.dice.choice(ADVICE), category="advice", urgency="advice"
    )
    if story.chance(0.97):
        story.plan(
            story.later(clock.now(), 0.02, 0.6),
            lambda: intake.close_request(request, result="已在电话中解答，客户表示清楚", actor=agent),
            by=agent,
        )


def _unit(story: Story, station: Station, customer: Any) -> InstalledUnit:
    """A unit sold some time ago; most are registered, some only shipped, a few out of warranty."""
    model = story.dice.choice(story.things["models_of"][station.pk])
    age = story.dice.randrange(20, 640) if story.chance(0.93) else story.dice.randrange(760, 1100)
    sold_on = clock.today() - timedelta(days=age)
    unit = InstalledUnit.objects.create(
        serial_number=f"{model.family.code[0]}{sold_on:%y%m}{story.dice.randrange(10**8):08d}",
        product_model=model, customer=customer, produced_on=sold_on - timedelta(days=90),
        ship_date=sold_on - timedelta(days=30), sold_on=sold_on, installed_on=sold_on + timedelta(days=3),
        invoice_on=sold_on if story.chance(0.5) else None, address=customer.address,
    )  # fmt: skip
    if story.chance(0.8):
        clerk = story.people[f"clerk{_place(story, station)}"]
        filed = file_registration(
            unit, sale_date=sold_on, actor=clerk, station=station, filed_on=sold_on + timedelta(days=5)
        )
        approve_registration(filed, actor=story.people["manager"])
    return unit


def _dispatch(story: Story, request: ServiceRequest) -> None:
    order = dispatch.dispatch_best(request, actor=story.people["agent"])
    if story.chance(0.03):
        story.plan(clock.now() + timedelta(minutes=16), lambda: _expire(story))
        return
    story.plan(story.later(clock.now(), 0.03, 0.2), lambda: _accept(story, order))


def _expire(story: Story) -> None:
    dispatch.expire_offers()
    for order in WorkOrder.objects.filter(status="offered", offer_ends_at__gt=clock.now()):
        story.plan(story.later(clock.now(), 0.03, 0.2), lambda order=order: _accept(story, order))  # type: ignore[misc]


def _accept(story: Story, order: WorkOrder) -> None:
    place = _place(story, order.station)
    clerk = story.people[f"clerk{place}"]
    technicians = list(order.station.technicians.filter(is_active=True))
    technician = story.dice.choice(technicians)
    accepted = work_orders.accept_job(order, actor=clerk, technician=technician)
    at = story.later(clock.now(), 0.1, 0.8)
    visit = story.office(story.later(clock.now(), 2, 20))
    story.plan(at, lambda: work_orders.fix_appointment(accepted, visit_at=visit, actor=clerk), by=clerk)
    story.plan(
        visit + timedelta(minutes=2),
        lambda: work_orders.check_in(WorkOrder.objects.get(pk=accepted.pk), actor=technician.user),
        by=technician.user,
    )
    story.plan(
        visit + timedelta(minutes=story.dice.randrange(35, 150)),
        lambda: _finish(story, accepted.pk, technician),
        by=technician.user,
    )


def _finish(story: Story, key: int, technician: Any) -> None:
    order = WorkOrder.objects.select_related("request__unit__product_model", "station").get(pk=key)
    unit: Any = order.request.unit
    model = unit.product_model
    part = _part(story, order)
    if part is not None:
        work_orders.issue_part(order, part, qty=Decimal(1), actor=technician.user)
    operation = story.dice.choice(story.things["operations"].get(model.family_id) or story.things["operations"][None])
    spent = (operation.flat_hours * Decimal(story.dice.choice(("0.9", "1.0", "1.0", "1.1", "1.5")))).quantize(
        Decimal("0.1")
    )
    work_orders.record_hours(order, operation, hours=max(spent, Decimal("0.1")), actor=technician.user)
    for kind, text in (("fault_photo", order.number), ("plate_photo", unit.serial_number)):
        picture = ContentFile(photo(story.dice, text, plate=kind == "plate_photo"), f"{kind}.jpg")
        attach(order, picture, kind=kind, actor=technician.user)
    name = part.name if part else "连接线路"
    today = clock.today()
    straight = order.straight_km or Decimal(5)
    finished = work_orders.complete_work_order(
        order, actor=technician.user,
        findings=work_orders.Findings(
            complaint=order.complaint if len(order.complaint) >= 10 else f"{order.complaint}，请尽快上门",
            cause=story.dice.choice(CAUSES).format(part=name),
            correction=story.dice.choice(CORRECTIONS).format(part=name),
            failed_on=min(clock.local_date(order.request.created_at), today), repaired_on=today,
            distance_km=(straight * Decimal("2.2")).quantize(Decimal("0.1")),
            customer_signed_as=order.request.contact_name[:80],
        ),
    )  # fmt: skip
    request = ServiceRequest.objects.get(pk=finished.request_id)
    story.plan(
        story.later(clock.now(), 1, 20),
        lambda: intake.close_request(request, result="维修完成，客户确认恢复正常", actor=story.people["agent"]),
        by=story.people["agent"],
    )
    if part is not None and story.chance(0.97):
        clerk = story.people[f"clerk{_place(story, order.station)}"]
        story.plan(story.office(story.later(clock.now(), 3, 60)), lambda: _claim(story, finished.pk, clerk), by=clerk)


def _part(story: Story, order: WorkOrder) -> Any:
    """A part of the model that lies on the station's shelf."""
    unit: Any = order.request.unit
    fitting = story.things["parts_of"].get(unit.product_model_id, [])
    shelf = station_location(order.station)
    there = set(
        StockBalance.objects.filter(location=shelf, part__in=fitting, on_hand__gte=1).values_list("part_id", flat=True)
    )
    choice = [part for part in fitting if part.pk in there]
    likely = [part for part in choice if part.part_class == "core"] or choice
    return story.dice.choice(likely) if likely else None


# claims and old parts


def _claim(story: Story, job: int, clerk: Any) -> None:
    draft = claims.draft_from_work_order(WorkOrder.objects.get(pk=job), actor=clerk)
    owner = story.people[clerk.username.replace("clerk", "owner")]
    if story.chance(0.985):
        story.plan(story.later(clock.now(), 0.5, 30), lambda: _submit(story, draft.pk, owner), by=owner)


def _submit(story: Story, key: int, owner: Any) -> None:
    claim = claims.submit_claim(WarrantyClaim.objects.get(pk=key), actor=owner)
    _follow(story, claim)


def _follow(story: Story, claim: WarrantyClaim) -> None:
    if claim.status == ClaimStatus.IN_REVIEW:
        story.plan(
            story.office(story.later(clock.now(), 10, 120)),
            lambda: _review(story, claim.pk),
            by=story.people["reviewer"],
        )
    elif claim.status in (ClaimStatus.APPROVED, ClaimStatus.PARTIALLY_APPROVED):
        story.plan(story.office(story.later(clock.now(), 20, 300)), lambda: _send_parts(story, claim.pk))


def _review(story: Story, key: int) -> None:
    claim = WarrantyClaim.objects.get(pk=key)
    if claim.status != ClaimStatus.IN_REVIEW:
        return
    reviewer = story.people["reviewer" if claim.claimed_total <= 2000 else "approver"]
    owner = claim.submitted_by
    if story.chance(0.05) and not claim.questions.exists():
        review.request_info(
            claim, question="请补充旧件标签与铭牌的清晰照片，并说明故障发生时的使用情况。", actor=reviewer
        )
        if story.chance(0.8):
            story.plan(story.later(clock.now(), 10, 200), lambda: _answer(story, key, owner), by=owner)
        return
    decisions = review.proposals(claim)
    if story.chance(0.05):
        decisions = [
            review.LineDecision(
                line_id=row.line_id, amount=Decimal(0), reason_code="URF", note="旧件与申报的故障现象不符，不予支付"
            )
            for row in decisions
        ]
    claim = review.decide_lines(claim, decisions=decisions, actor=reviewer)
    _follow(story, claim)


def _answer(story: Story, key: int, owner: Any) -> None:
    claim = review.answer_question(
        WarrantyClaim.objects.get(pk=key), answer="已补拍照片，设备在正常使用中突然失效。", actor=owner
    )
    _follow(story, claim)


def _send_parts(story: Story, key: int) -> None:
    """The station tags, boxes and ships what the claim owes; late ones cost money first."""
    claim = WarrantyClaim.objects.select_related("station").get(pk=key)
    pieces = list(FailedPart.objects.filter(claim=claim, status="requested"))
    if not pieces or story.chance(0.04):
        return
    clerk = story.people[f"clerk{_place(story, claim.station)}"]
    tagged = failed_parts.print_tags(pieces, actor=clerk)
    box = failed_parts.pack_box(claim.station, pieces=tagged, actor=clerk)
    failed_parts.ship_box(
        box, carrier="德邦快递", waybill=f"DPK{story.dice.randrange(10**10):010d}", weight_kg=Decimal("1.2"),
        freight=Decimal(story.dice.choice((0, 12, 18))), actor=clerk,
    )  # fmt: skip
    if story.chance(0.97):
        story.plan(
            story.office(story.later(clock.now(), 48, 170)),
            lambda: _receive_parts(story, box.pk),
            by=story.people["appraiser"],
        )


def _receive_parts(story: Story, key: int) -> None:
    box = PartBox.objects.get(pk=key)
    appraiser = story.people["appraiser"]
    for piece in FailedPart.objects.filter(box=box):
        received = failed_parts.receive_piece(piece.number, actor=appraiser)
        story.plan(
            story.office(story.later(clock.now(), 20, 150)),
            partial(_appraise, story, received.pk),
            by=appraiser,
        )


def _appraise(story: Story, key: int) -> None:
    verdict = story.dice.choices(
        ("supplier_defect", "no_fault_found", "workmanship", "transport", "user", "undetermined"),
        weights=(80, 7, 5, 3, 3, 2),
    )[0]  # fmt: skip
    appraisal.appraise(
        FailedPart.objects.get(pk=key), verdict=verdict, actor=story.people["appraiser"],
        findings="上电复测与拆解检查，结论如判定所示，照片存档。",
    )  # fmt: skip


# months


def _plan_months(story: Story) -> None:
    first = clock.local_date(story.begin).replace(day=1)
    for ahead in range(14):
        year, month = divmod(first.month - 1 + ahead, 12)
        start = date(first.year + year, month + 1, 1)
        story.plan(
            story.moment(start.replace(day=5), 8),
            lambda start=start: _statements(story, start),  # type: ignore[misc]
            by=story.people["finance"],
        )
        story.plan(story.moment(start.replace(day=8), 10), lambda: _chargebacks(story), by=story.people["finance"])


def _statements(story: Story, month: date) -> None:
    """The drafts that the night has built are issued; most owners confirm, silence confirms the rest."""
    period = (month - timedelta(days=1)).replace(day=1)
    for draft in Statement.objects.filter(period=period, status="draft").order_by("pk"):
        statement = settlement.issue_statement(draft, actor=story.people["finance"])
        owner = story.people[f"owner{_place(story, statement.station)}"]
        if story.chance(0.85):
            story.plan(
                story.office(story.later(clock.now(), 5, 120)),
                lambda pk=statement.pk, owner=owner: _confirm(story, pk, owner),  # type: ignore[misc]
                by=owner,
            )


def _confirm(story: Story, key: int, owner: Any) -> None:
    statement = Statement.objects.get(pk=key)
    if statement.status != "issued":
        return
    confirmed = settlement.confirm_statement(statement, actor=owner)
    if confirmed.net > 0:
        story.plan(story.office(story.later(clock.now(), 20, 90)), lambda: _pay(story, key), by=story.people["finance"])


def _pay(story: Story, key: int) -> None:
    finance = story.people["finance"]
    statement = Statement.objects.get(pk=key)
    settlement.record_invoice(
        statement, invoice_number=f"{story.dice.randrange(10**8):08d}", amount=statement.gross, actor=finance
    )
    if story.chance(0.95):
        settlement.pay_statement(
            Statement.objects.get(pk=key), bank_reference=f"ICBC{story.dice.randrange(10**10):010d}", actor=finance
        )


def _chargebacks(story: Story) -> None:
    finance = story.people["finance"]
    for number, supplier in enumerate(story.things["suppliers"], start=1):
        try:
            note = chargebacks.send_chargeback(chargebacks.batch_chargebacks(supplier, actor=finance), actor=finance)
        except Refusal:
            continue
        if number != 7:  # one supplier never answers: silence accepts
            user = story.people[f"supplier{number}"]
            story.plan(
                story.office(story.later(clock.now(), 30, 300)),
                lambda pk=note.pk, user=user: _answer_note(story, pk, user),  # type: ignore[misc]
                by=user,
            )


def _answer_note(story: Story, key: int, user: Any) -> None:
    note = Chargeback.objects.get(pk=key)
    chargebacks.acknowledge_chargeback(note, actor=user)
    answers = {line.pk: _line_answer(story, line) for line in note.lines.all()}
    chargebacks.answer_chargeback(Chargeback.objects.get(pk=key), answers=answers, actor=user)
    story.plan(
        story.office(story.later(clock.now(), 100, 500)), lambda: _supplier_pays(story, key), by=story.people["finance"]
    )


def _line_answer(story: Story, line: Any) -> Any:
    if line.kind == "part" or story.chance(0.7):
        return chargebacks.LineAnswer(accepted=line.claimed)
    return chargebacks.LineAnswer(accepted=Decimal(0), reason="工时费不在协议约定范围，请提供维修记录。")


def _supplier_pays(story: Story, key: int) -> None:
    note = Chargeback.objects.get(pk=key)
    if note.accepted > 0:
        chargebacks.record_supplier_payment(
            note,
            amount=note.accepted,
            bank_reference=f"CCB{story.dice.randrange(10**10):010d}",
            actor=story.people["finance"],
        )
