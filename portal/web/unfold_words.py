"""Words of Django and of the admin's frame that they leave in English; named here so that our catalog translates them."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("- Select an option -"),
    _("Add row"), _("All applications"), _("Apply Filters"), _("Available shortcuts"), _("Changelist shortcuts"),
    _("Choose file to upload"), _("Click to cancel"), _("Click to download"), _("Close"), _("Command tool shortcuts"),
    _("Create new record"), _("Dark"), _("Date"), _("Date from"), _("Date to"), _("False"), _("From"), _("General"),
    _("Global shortcuts"), _("Go back"), _("Image preview"), _("Light"), _("Navigate"), _("No data"),
    _("No results found"), _("Not enough data."), _("Nothing matched your search"), _("Open command tool"),
    _("Open selection"), _("Open selection in new tab"), _("Open shortcuts list"), _("Recent searches"),
    _("Record picture"), _("Reset filters"), _("Return to site"), _("Run the selected action"),
    _("Search apps and models..."), _("Select"), _("Select action"), _("Select action to run"), _("Select format"),
    _("Select record"), _("Select value"), _("This exporter will export the following fields"),
    _("This item will be deleted."), _("This page yielded into no results."), _("To"), _("Toggle dark/light mode"),
    _("Toggle filter"), _("Toggle password visibility"), _("Toggle sidebar"), _("True"), _("Type to search"),
)  # fmt: skip
