"""What a volume holds: (table, rows, columns as SQL over n), skewed as in life: few parts carry most lines."""

from collections.abc import Sequence

from bench.network_scenery import PLACES, network_tables
from bench.volume import Size

Table = tuple[str, int, dict[str, str]]
WORDS = "(ARRAY['门锁','网关','摄像头','传感器','开关','窗帘电机','温控器','主板','电源','外壳'])[1 + n % 10]"


def zipf(limit: int) -> str:
    """A row number with much more weight on the first ones."""
    return f"(1 + floor({limit} * power(random(), 3)))::bigint"


MOST_CASES = 400_000


def moment(days: int = 700) -> str:
    """Some time of the last two years, growing with n's remainder, so that neighbors do not share a day."""
    return f"TIMESTAMPTZ '2024-11-01 08:00+08' + (n::bigint * 7919 % {days * 1440}) * interval '1 minute'"


def scenery(size: Size) -> Sequence[Table]:
    """Every table in the order of its references."""
    stations, parts = size.stations, size.parts
    units = size.work_orders // 2
    return [
        ("accounts_user", 1, {"id": "n", "username": "'volume'", "display_name": "'卷'", "is_active": "true"}),
        ("stations_brand", 1, {"id": "n", "code": "'B' || n", "name": "'品牌' || n"}),
        ("stations_productfamily", 10, {"id": "n", "code": "'F' || n", "name": WORDS}),
        (
            "stations_productmodel",
            60,
            {
                "id": "n",
                "code": "'M' || n",
                "name": f"{WORDS} || n",
                "family_id": "1 + n % 10",
                "brand_id": "1",
                "is_active": "true",
            },
        ),
        ("stations_region", 6, {"id": "n", "code": "'R' || n", "name": "'大区' || n"}),
        (
            "stations_operationcenter",
            12,
            {"id": "n", "code": "'C' || n", "name": "'中心' || n", "region_id": "1 + n % 6"},
        ),
        (
            "stations_dealer",
            stations,
            {
                "id": "n",
                "code": "'D' || n",
                "name": "'经销商' || n",
                "license_number": "'L' || n",
                "taxpayer_type": "'general'",
            },
        ),
        (
            "stations_station",
            stations,
            {
                "id": "n",
                "code": "'S' || n",
                "name": "'服务站' || n",
                "center_id": "1 + n % 12",
                "dealer_id": "n",
                "kind": "'dealer'",
                "status": "'active'",
                "service_radius_km": "50",
                "job_capacity": "10",
                "opened_on": "DATE '2024-01-01'",
            }
            | (PLACES if size.is_network else {}),
        ),
        (
            "stations_technician",
            stations * size.technicians,
            {"id": "n", "station_id": f"1 + n % {stations}", "name": "'技师' || n", "is_active": "true"},
        ),
        *(network_tables(size) if size.is_network else ()),
        ("parts_partcategory", 20, {"id": "n", "code": "'K' || n", "name": "'类别' || n"}),
        (
            "parts_part",
            parts,
            {
                "id": "n",
                "category_id": "1 + n % 20",
                "number": "'P' || lpad(n::text, 7, '0')",
                "name": f"{WORDS} || '总成 ' || n",
                "part_class": "'whole_unit'",
                "unit": "'件'",
                "pack_qty": "1",
                "min_order_qty": "1",
                "lifecycle": "'active'",
                "pinyin_key": "md5(n::text)",
            },
        ),
        (
            "parts_location",
            stations,
            {
                "id": "1000 + n",
                "code": "'BENCH-' || n",
                "name": "'库房' || n",
                "kind": "'station'",
                "station_id": "n",
                "is_active": "true",
            },
        ),
        (
            "parts_stockbalance",
            size.stock,
            {
                "id": "n",
                "location_id": f"1001 + n % {stations}",
                "part_id": f"1 + (n / {stations}) % {parts}",
                "on_hand": "1 + n % 40",
                "reserved": "0",
                "value": "(1 + n % 40) * 12.5",
                "is_world": "false",
            },
        ),
        (
            "parts_partsorder",
            size.orders,
            {
                "id": "n",
                "station_id": zipf(stations),
                "created_by_id": "1",
                "number": "'PO-202601-' || lpad(n::text, 7, '0')",
                "kind": "'stock'",
                "status": "(ARRAY['confirmed','shipped','received','closed'])[1 + n % 4]",
                "created_at": moment(),
                "submitted_at": moment(),
                "confirmed_at": moment(),
                "total": "n % 9000",
            },
        ),
        (
            "parts_partsorderline",
            size.order_lines,
            {
                "id": "n",
                "order_id": f"1 + n % {size.orders}",
                "part_id": zipf(parts),
                "position": f"1 + n / {size.orders}",
                "ordered_qty": "2",
                "open_qty": "2",
                "net_price": "12.50",
                "amount": "25.00",
                "price_reason": "'{}'::jsonb",
            },
        ),
        (
            "service_customer",
            units,
            {"id": "n", "name": "'客户' || n", "phone": "'138' || lpad(n::text, 8, '0')", "created_at": moment()},
        ),
        (
            "service_installedunit",
            units,
            {
                "id": "n",
                "product_model_id": "1 + n % 60",
                "customer_id": "n",
                "serial_number": "'SN' || lpad(n::text, 9, '0')",
                "status": "'active'",
                "ship_date": "DATE '2025-01-01' + (n % 400)::int",
                "sold_on": "DATE '2025-02-01' + (n % 400)::int",
            },
        ),
        (
            "service_servicerequest",
            size.work_orders,
            {
                "id": "n",
                "customer_id": f"1 + n % {units}",
                "unit_id": f"1 + n % {units}",
                "station_id": zipf(stations),
                "taken_by_id": "1",
                "number": "'SR-202601-' || lpad(n::text, 7, '0')",
                "status": "(ARRAY['in_progress','completed','closed'])[1 + n % 3]",
                "category": "'urgent_repair'",
                "channel": "'hotline'",
                "urgency": "'function_fault'",
                "problem_class": "1",
                "fault_text": f"{WORDS} || '不响应'",
                "created_at": moment(),
                "answer_due_at": f"{moment()} + interval '2 hours'",
            },
        ),
        (
            "service_workorder",
            size.work_orders,
            {
                "id": "n",
                "request_id": "n",
                "station_id": zipf(stations),
                "number": "'WO-202601-' || lpad(n::text, 7, '0')",
                "root_number": "'SR-202601-' || lpad(n::text, 7, '0')",
                "technician_id": zipf(stations * size.technicians),
                "status": "'completed'",
                "dispatch_reasons": "'[]'::jsonb",
                "failed_on": "DATE '2025-12-01'",
                "repaired_on": "DATE '2025-12-02'",
                "offered_at": moment(),
                "offer_ends_at": moment(),
                "completed_at": moment(),
            },
        ),
        (
            "warranty_warrantyclaim",
            size.claims,
            {
                "id": "n",
                "work_order_id": "n",
                "station_id": zipf(stations),
                "unit_id": f"1 + n % {units}",
                "product_model_id": "1 + n % 60",
                "created_by_id": "1",
                "number": "'WC-202601-' || lpad(n::text, 7, '0')",
                "root_number": "'SR-202601-' || lpad(n::text, 7, '0')",
                "serial_number": f"'SN' || lpad((1 + n % {units})::text, 9, '0')",
                "status": "(ARRAY['paid','paid','paid','settled','approved','rejected','in_review'])[1 + n % 7]",
                "failed_on": f"({moment()})::date - 2",
                "repaired_on": f"({moment()})::date - 1",
                "route": "(ARRAY['reviewer','reviewer','approver','two_approvers'])[1 + n / 7 % 4]",
                "complaint": f"{WORDS} || '不响应'",
                "drafted_at": moment(),
                "submitted_at": moment(),
                "decided_at": f"CASE WHEN n % 7 < 6 THEN {moment()} END",
                "version": "1",
                "claimed_total": "(n % 900)::numeric",
                "allowed_total": "(n % 900)::numeric",
                "approved_total": "CASE WHEN n % 7 < 6 THEN (n % 900)::numeric END",
            },
        ),
        (
            "warranty_claimline",
            size.claims * size.claim_lines,
            {
                "id": "n",
                "claim_id": f"1 + n % {size.claims}",
                "position": f"1 + n / {size.claims}",
                "kind": "'part'",
                "remedy": "'replace'",
                "part_id": zipf(parts),
                "description": f"{WORDS} || '总成'",
                "part_class": "'whole_unit'",
                "payer": "'manufacturer'",
                "qty": "1",
                "unit_price": "(n % 300)::numeric",
                "claimed_amount": "(n % 300)::numeric",
                "allowed_amount": "(n % 300)::numeric",
                "approved_amount": f"CASE WHEN (1 + n % {size.claims}) % 7 < 5 THEN (n % 300)::numeric END",
                "codes": "'[]'::jsonb",
            },
        ),
        *recovery(size),
    ]


def recovery(size: Size) -> Sequence[Table]:
    """One supplier who pays 80 % of every part, with an open case for each approved line."""
    lines = min(size.claims * size.claim_lines, MOST_CASES)
    return [
        (
            "parts_supplier",
            1,
            {"id": "n", "code": "'BENCH-CB'", "name": "'电源供应商'", "language": "'zh-hans'", "is_active": "true"},
        ),
        (
            "warranty_supplieragreement",
            1,
            {
                "id": "n",
                "supplier_id": "1",
                "number": "'BENCH-CB'",
                "status": "'released'",
                "valid_from": "DATE '2020-01-01'",
                "part_share": "80",
                "labor_share": "50",
                "notice_days": "60",
                "deemed_accept_days": "15",
            },
        ),
        (
            "warranty_recoverycase",
            lines,
            {
                "id": "n",
                "claim_id": f"1 + n % {size.claims}",
                "line_id": "n",
                "part_id": f"1 + n % {size.parts}",
                "supplier_id": "1",
                "agreement_id": "1",
                "number": "'BENCH/' || n",
                "status": f"CASE WHEN (1 + n % {size.claims}) % 7 < 5 AND n % 300 > 0 THEN 'open' ELSE 'closed' END",
                "approved_on": "DATE '2026-01-01'",
                "appraised_on": "DATE '2026-01-01'",
                "last_day": "DATE '2099-12-31'",
                "defect_qty": "1",
                "expected": "(n % 300) * 0.8",
            },
        ),
    ]
