"""Pages of parts."""

from decimal import Decimal
from typing import Any

from parts import kits, stock, transfers
from parts.allocation import allocate
from parts.cases.deciding import Ruling, decide_case
from parts.counts import entry, planning
from parts.fulfillment import Count, receive_shipment, ship_shipment
from parts.models import KitRecipe, PartsOrder, PlanningFigure, PurchaseSuggestion, Shipment, StockCount
from parts.ordering import Wanted, place_order
from parts.packing import Box, pack_shipment
from parts.picking import confirm_pick
from parts.purchasing import orders
from parts.replenishment import decisions
from parts.replenishment.run import Rules, collect, compute_chunk, start_planning
from parts.returns.asking import Unused, request_return
from parts.taking import pick_order
from parts.waves import pick_wave
from tests.factories.claims import photo as picture
from tests.factories.parts import make_location, make_part, make_supplier_part, put_stock, stock_at_headquarters
from tests.factories.stations import make_station, make_technician
from tests.permissions import ALL, FIELD, HQ, STATION, STATION_A, STATION_B, SUPPLIERS, Row, everybody, only

ORDERING = ("owner_a", "clerk_a", "owner_b", "clerk_b")
OURS = ("owner_a", "clerk_a")
DRIVERS = ("technician_a", "technician_b")
READERS = (*HQ, *FIELD, *STATION)
STRANGERS = (*STATION_B, *SUPPLIERS, "outsider")


def part_number(cast: Any) -> list[Any]:
    """A part's own number."""
    return [make_part().number]


def order_of_a(cast: Any) -> list[Any]:
    """An order of station a, not yet shared out."""
    return [_order(cast).pk]


def shipment_to_a(cast: Any) -> list[Any]:
    """A shipment on its way to station a."""
    order = _order(cast)
    allocate(actor=cast.warehouse)
    shipment: Shipment = pack_shipment(
        pick_order(order, actor=cast.warehouse), boxes=[Box(weight_kg=Decimal(1))], actor=cast.warehouse
    )
    return [ship_shipment(shipment, carrier="顺丰", actor=cast.warehouse).pk]


def _order(cast: Any) -> PartsOrder:
    part = make_part()
    stock_at_headquarters(part, 5)
    return place_order(cast.station_a, lines=[Wanted(part.number, Decimal(1))], actor=cast.clerk_a)


def found_for_a(cast: Any) -> list[Any]:
    """The same, all found and ready to be packed."""
    keys = picked_for_a(cast)
    confirm_pick(Shipment.objects.get(pk=keys[0]), actor=cast.warehouse)
    return keys


def received_by_a(cast: Any) -> list[Any]:
    """A shipment that station a received, whole."""
    shipment = Shipment.objects.get(pk=shipment_to_a(cast)[0])
    counts = {line.pk: Count(line.qty) for line in shipment.lines.all()}
    return [receive_shipment(shipment, counts=counts, actor=cast.clerk_a).pk]


def case_of_a(cast: Any) -> list[Any]:
    """A case of station a: everything is missing."""
    shipment = Shipment.objects.get(pk=shipment_to_a(cast)[0])
    receive_shipment(shipment, counts={}, actor=cast.clerk_a)
    return [shipment.cases.get().pk]


def case_coming_back(cast: Any) -> list[Any]:
    """A damaged piece that station a is to send back."""
    shipment = Shipment.objects.get(pk=shipment_to_a(cast)[0])
    line = shipment.lines.get()
    receive_shipment(shipment, counts={line.pk: Count(line.qty, Decimal(1), photos=[picture()])}, actor=cast.clerk_a)
    case = shipment.cases.get()
    rulings = {case.lines.get().pk: Ruling("credit", "照片核对属实", goods="quarantine")}
    return [decide_case(case, rulings=rulings, actor=cast.get("warehouse")).pk]


def return_of_a(cast: Any) -> list[Any]:
    """A return that station a asks for."""
    shipment = Shipment.objects.get(pk=received_by_a(cast)[0])
    unused = {shipment.lines.get().pk: Unused(Decimal(1))}
    values = {"cause": "station", "reason": "客户改约", "closed_pack": True, "photos": [picture()]}
    return [request_return(shipment, unused=unused, actor=cast.clerk_a, **values).pk]


def transfer_to_a(cast: Any) -> list[Any]:
    """What station a asks of a third station."""
    lines = [Wanted(make_part().number, Decimal(1))]
    giver = make_station(center=cast.center_a)
    return [transfers.request_transfer(cast.station_a, giver, lines=lines, reason="设备停机", actor=cast.clerk_a).pk]


def label_of_part(cast: Any) -> list[Any]:
    """The labels of a part."""
    return ["part", make_part().pk]


BUYERS = ("warehouse", "quality", "finance", "service_manager", "auditor", "admin")
BUYING = (*BUYERS, *SUPPLIERS)
NOT_HQ = (*FIELD, *STATION, *SUPPLIERS, "outsider")
OFFICE = ("owner_a", "clerk_a", "owner_b", "clerk_b")
OTHERS_THAN_X = (*FIELD, *STATION, "supplier_y", "outsider")


def purchase_of_x(cast: Any) -> list[Any]:
    """An order sent to supplier x."""
    part = make_part()
    make_supplier_part(cast.supplier_x_co, part)
    lines = [orders.Needed(part.number, Decimal(3))]
    draft = orders.draft_purchase_order(cast.supplier_x_co, lines=lines, actor=cast.warehouse)
    return [orders.send_purchase_order(draft, actor=cast.warehouse).pk]


def planning_run(cast: Any) -> list[Any]:
    """A run that found one part to buy."""
    part = make_part()
    make_supplier_part(cast.supplier_x_co, part)
    level = {"minimum": Decimal(5), "reason": "新品备货"}
    decisions.set_stock_level(part, stock.central_warehouse(), actor=cast.warehouse, **level)
    run = start_planning(actor=cast.warehouse)
    collect(run)
    compute_chunk(run, Rules.of(run), {}, set())
    return [run.pk]


def suggestion(cast: Any) -> list[Any]:
    """Its suggestion."""
    return [PurchaseSuggestion.objects.get(run=planning_run(cast)[0]).pk]


def figure(cast: Any) -> list[Any]:
    """Its figures."""
    return [PlanningFigure.objects.get(run=planning_run(cast)[0]).pk]


def act_on_x(name: str, *members: str, ok: int = 422) -> Row:
    """An act on an order of supplier x."""
    return Row(
        name,
        args=purchase_of_x,
        get=only(*members, hidden=OTHERS_THAN_X),
        post=only(*members, ok=ok, hidden=OTHERS_THAN_X),
    )


def act_on_a(name: str, args: Any, *members: str, ok: int = 422) -> Row:
    """An act on a record of station a."""
    return Row(
        name,
        args=args,
        get=only(*members, hidden=STRANGERS),
        post=only(*members, ok=ok, hidden=STRANGERS),
    )


def van_of_a(cast: Any) -> list[Any]:
    """The van of another technician of station a."""
    return [make_technician(station=cast.station_a).pk]


def act_on_van(name: str) -> Row:
    """A technician does not see the vans of the others."""
    hidden = (*STRANGERS, "technician_a")
    return Row(name, args=van_of_a, get=only(*OURS, hidden=hidden), post=only(*OURS, ok=422, hidden=hidden))


def planned_count(cast: Any) -> list[Any]:
    """A count of the central warehouse, not begun."""
    put_stock(stock.central_warehouse(), make_part(), 3)
    return [planning.plan_count(stock.central_warehouse(), reason="whole", actor=cast.warehouse).pk]


def begun_count(cast: Any) -> list[Any]:
    """The same with its places frozen and nothing counted."""
    count = StockCount.objects.get(pk=planned_count(cast)[0])
    return [entry.start_count(count, actor=cast.warehouse).pk]


def picked_for_a(cast: Any) -> list[Any]:
    """A shipment that is being picked for station a."""
    order = _order(cast)
    allocate(actor=cast.warehouse)
    return [pick_order(order, actor=cast.warehouse).pk]


def packed_for_a(cast: Any) -> list[Any]:
    """The same in one parcel."""
    shipment = Shipment.objects.get(pk=picked_for_a(cast)[0])
    return [pack_shipment(shipment, boxes=[Box(weight_kg=Decimal(1))], actor=cast.warehouse).pk]


def wave_of_a(cast: Any) -> list[Any]:
    """A walk for one order of station a."""
    order = _order(cast)
    allocate(actor=cast.warehouse)
    return [pick_wave([order], actor=cast.warehouse).pk]


def built_kit(cast: Any) -> list[Any]:
    """A kit of one bolt, built in the central warehouse."""
    kit, bolt = make_part(), make_part()
    KitRecipe.objects.create(kit=kit, component=bolt, qty=1)
    stock_at_headquarters(bolt, 1)
    return [kits.build_kits(kit, Decimal(1), place=stock.central_warehouse(), actor=cast.warehouse).pk]


def warehouse(cast: Any) -> list[Any]:
    """A warehouse of headquarters."""
    return [make_location().pk]


def card(cast: Any) -> list[Any]:
    """A part in it."""
    return [make_location().pk, make_part().number]


def count_act(name: str, *members: str, ok: int, args: Any = begun_count) -> Row:
    """An act on a count of the central warehouse."""
    return Row(name, args=args, get=only(*members, hidden=NOT_HQ), post=only(*members, ok=ok, hidden=NOT_HQ))


COUNTERS = ("warehouse", "service_manager", "finance", "quality")
KNOWN = tuple(name for name in ALL if name != "outsider")
ROWS = [
    Row("part_list", get=only(*KNOWN)),
    Row("part_detail", args=part_number, get=only(*KNOWN)),
    Row("public_prices", get=everybody(), query={"q": "P"}),
    Row("part_suggest", get=only(*ORDERING, anonymous=403), query={"q": "P"}),
    Row("parts_order_list", get=only(*READERS)),
    Row("parts_order_create", get=only(*ORDERING), post=only(*ORDERING, ok=422)),
    Row("parts_order_preview", get=everybody(405), post=only(*ORDERING, anonymous=403)),
    Row("parts_order_detail", args=order_of_a, get=only(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    Row(
        "parts_order_cancel",
        args=order_of_a,
        get=only(*OURS, "warehouse", hidden=STRANGERS),
        post=only(*OURS, "warehouse", ok=422, hidden=STRANGERS),
    ),
    Row("shipment_list", get=only(*READERS)),
    Row("shipment_detail", args=shipment_to_a, get=only(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    Row(
        "shipment_receive",
        args=shipment_to_a,
        get=only(*OURS, hidden=STRANGERS),
        post=only(*OURS, ok=422, hidden=STRANGERS),
    ),
    Row(
        "receiving_case_report",
        args=received_by_a,
        get=only(*OURS, hidden=STRANGERS),
        post=only(*OURS, ok=409, hidden=STRANGERS),
    ),
    Row("receiving_case_list", get=only(*READERS)),
    Row("receiving_case_detail", args=case_of_a, get=only(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    act_on_a("receiving_case_photos", case_of_a, *OURS, ok=409),
    act_on_a("receiving_case_withdraw", case_of_a, *OURS),
    act_on_a("receiving_case_decide", case_of_a, "warehouse"),
    act_on_a("receiving_case_send_back", case_coming_back, *OURS),
    act_on_a("receiving_case_arrived", case_coming_back, "warehouse"),
    act_on_a("receiving_case_confirm", case_of_a, "finance", ok=409),
    act_on_a("receiving_case_return", case_of_a, "finance"),
    Row("labels_print", args=label_of_part, get=only(*OFFICE, "warehouse"), post=only(*OFFICE, "warehouse", ok=422)),
    Row("labels_pdf", args=label_of_part, get=only(*OFFICE, "warehouse")),
    Row("stock_transfer_list", get=only(*READERS)),
    Row("stock_transfer_request", get=only(*OFFICE), post=only(*OFFICE, ok=422)),
    Row("stock_transfer_detail", args=transfer_to_a, get=only(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    act_on_a("stock_transfer_agree", transfer_to_a, *OURS, ok=409),
    act_on_a("stock_transfer_approve", transfer_to_a, "warehouse", ok=409),
    act_on_a("stock_transfer_refuse", transfer_to_a, *OURS, "warehouse"),
    act_on_a("stock_transfer_cancel", transfer_to_a, *OURS),
    act_on_a("stock_transfer_send", transfer_to_a, *OURS),
    act_on_a("stock_transfer_receive", transfer_to_a, *OURS),
    Row("van_list", get=only(*READERS)),
    Row("van_mine", get=only(*DRIVERS, ok=302, hidden=[name for name in READERS if name not in DRIVERS])),
    Row("van_detail", args=van_of_a, get=only(*HQ, *FIELD, *OURS, hidden=(*STRANGERS, "technician_a"))),
    act_on_van("van_load"),
    act_on_van("van_unload"),
    act_on_a("parts_return_request", received_by_a, *OURS),
    Row("parts_return_list", get=only(*READERS)),
    Row("parts_return_detail", args=return_of_a, get=only(*HQ, *FIELD, *STATION_A, hidden=STRANGERS)),
    act_on_a("parts_return_approve", return_of_a, "warehouse"),
    act_on_a("parts_return_refuse", return_of_a, "warehouse"),
    act_on_a("parts_return_withdraw", return_of_a, *OURS),
    act_on_a("parts_return_send", return_of_a, *OURS),
    act_on_a("parts_return_inspect", return_of_a, "warehouse", ok=409),
    Row(
        "shipment_pick",
        args=picked_for_a,
        get=only("warehouse", hidden=STRANGERS),
        post=only("warehouse", ok=302, hidden=STRANGERS),
    ),
    act_on_a("shipment_pack", found_for_a, "warehouse"),
    act_on_a("shipment_ship", packed_for_a, "warehouse"),
    act_on_a("shipment_put_back", picked_for_a, "warehouse", ok=302),
    act_on_a("parts_order_pick", order_of_a, "warehouse", ok=409),
    Row("pick_desk", get=only("warehouse"), post=only("warehouse", ok=422)),
    Row("allocate_all", get=only("warehouse"), post=only("warehouse", ok=302)),
    Row("pick_wave_list", get=only(*HQ)),
    Row("pick_wave_detail", args=wave_of_a, get=only(*HQ, hidden=NOT_HQ)),
    Row(
        "pick_wave_pick",
        args=wave_of_a,
        get=only("warehouse", hidden=NOT_HQ),
        post=only("warehouse", ok=302, hidden=NOT_HQ),
    ),
    Row("station_stock", get=only(*READERS)),
    Row("place_list", get=only(*READERS)),
    Row("place_detail", args=warehouse, get=only(*HQ, hidden=NOT_HQ)),
    Row("place_stock", args=warehouse, get=only(*HQ, hidden=(*FIELD, *STATION))),
    Row("stock_card", args=card, get=only(*HQ, hidden=(*FIELD, *STATION))),
    count_act("place_add_bin", "warehouse", ok=422, args=warehouse),
    count_act("place_change", "warehouse", ok=422, args=warehouse),
    count_act("place_close", "warehouse", ok=302, args=warehouse),
    count_act("place_open", "warehouse", ok=302, args=warehouse),
    count_act("place_move", "warehouse", ok=422, args=warehouse),
    Row("kit_work_list", get=only(*HQ)),
    Row("kit_work_create", get=only("warehouse"), post=only("warehouse", ok=422)),
    Row("kit_work_detail", args=built_kit, get=only(*HQ, hidden=NOT_HQ)),
    count_act("kit_work_undo", "warehouse", ok=302, args=built_kit),
    Row("stock_count_list", get=only(*HQ, *OFFICE)),
    Row("stock_count_create", get=only("warehouse", *OFFICE), post=only("warehouse", *OFFICE, ok=422)),
    Row("stock_count_detail", args=planned_count, get=only(*HQ, hidden=NOT_HQ)),
    Row("stock_count_lines", args=begun_count, get=only(*HQ, hidden=OFFICE)),
    count_act("stock_count_start", *COUNTERS, ok=409),
    count_act("stock_count_enter", *COUNTERS, ok=422),
    count_act("stock_count_found", *COUNTERS, ok=422),
    count_act("stock_count_paste", *COUNTERS, ok=422),
    count_act("stock_count_hand_in", *COUNTERS, ok=409),
    count_act("stock_count_approve", "warehouse", "finance", ok=409),
    count_act("stock_count_cancel", "warehouse", ok=422),
    Row("purchase_order_list", get=only(*BUYING)),
    Row("purchase_order_create", get=only("warehouse"), post=only("warehouse", ok=422)),
    Row("purchase_order_detail", args=purchase_of_x, get=only(*BUYERS, "supplier_x", hidden=OTHERS_THAN_X)),
    act_on_x("purchase_order_send", "warehouse", ok=409),
    act_on_x("purchase_order_revise", "warehouse", ok=409),
    act_on_x("purchase_order_confirm", "warehouse", "supplier_x"),
    act_on_x("purchase_order_decline", "supplier_x"),
    act_on_x("purchase_order_receive", "warehouse", ok=409),
    act_on_x("purchase_order_cancel", "warehouse"),
    act_on_x("purchase_order_return", "warehouse"),
    act_on_x("purchase_order_close", "warehouse", "finance", ok=409),
    Row("supplier_part_list", get=only(*BUYING)),
    Row("suggestion_list", get=only(*BUYERS)),
    *(
        Row(name, get=only("warehouse"), post=only("warehouse", ok=ok))
        for name, ok in (
            ("planning_start", 302),
            ("suggestions_accept", 422),
            ("suggestions_order", 409),
            ("stock_level_create", 422),
        )
    ),
    *(
        Row(
            name,
            args=suggestion,
            get=only("warehouse", hidden=NOT_HQ),
            post=only("warehouse", ok=422, hidden=NOT_HQ),
        )
        for name in ("suggestion_accept", "suggestion_reject")
    ),
    Row("planning_figure_detail", args=figure, get=only(*BUYERS, hidden=NOT_HQ)),
    Row("planning_run_list", get=only(*BUYERS)),
    Row("planning_run_detail", args=planning_run, get=only(*BUYERS, hidden=NOT_HQ)),
    Row("slow_mover_list", get=only(*BUYERS)),
    Row("station_level_list", get=only(*BUYERS, *OFFICE)),
    Row("parts_figures", get=only(*BUYERS, *OFFICE)),
    Row("fill_lines", get=only(*BUYERS, *OFFICE), query={"days": "365", "station": "1"}),
    Row("stock_level_list", get=only(*BUYERS, *OFFICE)),
]
