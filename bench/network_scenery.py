"""The dealer network in full: stations in every state and place, their contracts, grades and certificates."""

from collections.abc import Sequence

from bench.volume import Size

PLACES = {  # columns of a station: one of the country's counties, near its seat, nine tenths at work
    "status": "(ARRAY['active','active','active','active','active','active','active','active','active','suspended',"
    "'active','active','active','active','active','active','active','active','expired','terminated'])[1 + n % 20]",
    "division": "(SELECT code FROM core_division WHERE level = 'county' AND longitude IS NOT NULL"
    " ORDER BY md5(code || n::text) LIMIT 1)",
    "longitude": "100 + (n * 7919 % 2000) / 100.0",
    "latitude": "23 + (n * 104729 % 1800) / 100.0",
    "address": "'建设路' || n || '号'",
    "phone": "'0571-' || lpad(n::text, 8, '0')",
}


def network_tables(size: Size) -> Sequence[tuple[str, int, dict[str, str]]]:
    """Two contracts, three grades, an account a station; two certificates a technician."""
    stations, technicians = size.stations, size.stations * size.technicians
    return [
        (
            "stations_contract",
            stations * 2,
            {
                "id": "n",
                "station_id": f"1 + n % {stations}",
                "signed_by_id": "1",
                "number": "'AU-' || n",
                "signatory": "'站长'",
                "signed_on": f"CASE WHEN n <= {stations} THEN DATE '2025-06-01' ELSE DATE '2026-06-01' END",
                "valid_from": f"CASE WHEN n <= {stations} THEN DATE '2025-06-01' ELSE DATE '2026-06-01' END",
                "valid_to": f"CASE WHEN n <= {stations} THEN DATE '2026-06-01' ELSE DATE '2026-10-01' + (n % 30 * 15)::int END",
            },
        ),
        (
            "stations_stationgrade",
            stations * 3,
            {
                "id": "n",
                "station_id": f"1 + n % {stations}",
                "grade": "(ARRAY['A','B','B','C','C','D','probation'])[1 + n % 7]",
                "valid_from": f"DATE '2026-01-01' + (n / {stations} * 90)::int",
                "source": "'graded'",
            },
        ),
        (
            "stations_dealeraccount",
            stations,
            {"id": "n", "dealer_id": "n", "principal_id": "1", "credit_limit": "50000"},
        ),
        (
            "stations_skillcertificate",
            technicians * 2,
            {
                "id": "n",
                "technician_id": f"1 + n % {technicians}",
                "family_id": "1 + n % 10",
                "level": "1 + n % 3",
                "valid_from": "DATE '2025-01-01'",
                "valid_to": "DATE '2026-06-01' + (n % 700)::int",
            },
        ),
    ]
