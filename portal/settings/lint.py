"""Only for the migration linter of `./run check`, which wants to be an installed app."""

from portal.settings.base import INSTALLED_APPS
from portal.settings.dev import *  # noqa: F403 settings are one namespace

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["core", "accounts", "stations", "parts", "service", "warranty", "quality"],
    "exclude_migration_tests": [],
    "ignore_initial_migrations": True,
    # 0005_places_and_bins widens a varchar and adds a column to a unique key: rows written by the older code still pass.
    # 0021_drafts_views_and_validity adds columns to the unique key of a fitment: the same.
    # 0023_goods_of_cases_come_back replaces a key by the same on fewer rows.
    # 0011_versions_and_extended_cover widens the key of a policy by its version: every code was unique before.
    # 0027_free_parts_once indexes free replacement orders only, which are few.
    # 0024_first_approval_withdrawn replaces a key by the same on fewer rows: a withdrawn approval no longer counts.
    # 0028_appeals_by_two_and_supplements divides two keys: what was there keeps its own, what an appeal adds has another.
    # 0013_runs_by_key indexes runs with a key, of which there are none yet.
    # 0040_notes_of_any_length widens a small integer: processes of the version before write numbers that still fit.
    # 0046_passed_on_to_another replaces two keys by the same on fewer rows: what was passed on no longer counts.
    # 0047_credit_notes_and_set_off indexes credit notes of suppliers, of which there are none yet, and a new table.
    # 0060_fines_against_stations widens a varchar: processes of the version before write codes that still fit.
    # 0062_agreements_by_two_persons replaces two keys by the same on fewer rows, of agreements, which are few.
    # 0110_scans_taken_back replaces a key by the same on fewer rows: a struck-out extra piece no longer counts.
    "ignore_name": [
        "0005_places_and_bins",
        "0021_drafts_views_and_validity",
        "0023_goods_of_cases_come_back",
        "0011_versions_and_extended_cover",
        "0027_free_parts_once",
        "0024_first_approval_withdrawn",
        "0028_appeals_by_two_and_supplements",
        "0013_runs_by_key",
        "0040_notes_of_any_length",
        "0046_passed_on_to_another",
        "0047_credit_notes_and_set_off",
        "0060_fines_against_stations",
        "0062_agreements_by_two_persons",
        "0110_scans_taken_back",
    ],
}
