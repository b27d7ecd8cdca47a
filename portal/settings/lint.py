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
    "ignore_name": ["0005_places_and_bins", "0021_drafts_views_and_validity"],
}
