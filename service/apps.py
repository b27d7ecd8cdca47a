"""Customers, units, requests, dispatch, work orders, follow-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "service"
    verbose_name = _("Service")

    def ready(self) -> None:
        """What the floor and the roof learn from the service desk."""
        from parts import fitting, replacements
        from portal.core import events, registries, timeline
        from service import checks, coverage, imports, parameters, people_work, pictures, redispatch, units, worklists  # noqa: F401 parameters declares
        from stations.people import register_open_jobs
        from stations.training import register_volume

        registries.worklist(worklists.worklists)
        registries.search(worklists.search)
        for drawing in pictures.PICTURES:
            registries.picture(drawing)
        for count in coverage.COUNTS:
            registries.coverage_count(count)
        registries.check_books("issued parts and stock ledger", checks.issued_parts_tie_to_ledger)
        registries.check_books("requests and their jobs", checks.requests_agree_with_jobs)
        registries.check_books("jobs and their stations", checks.jobs_stay_in_their_station)
        register_open_jobs(people_work.open_jobs)
        register_volume(people_work.volume)
        imports.register()
        fitting.unit_finder(units.unit_for_parts)
        replacements.reference(units.is_job_of)
        registries.notices.update(redispatch.NOTICES)
        for kind in ("station.suspended", "station.expired", "station.terminated"):
            events.subscribe(kind, "service.take_back_jobs")
        for kind, title in worklists.TITLES.items():
            timeline.title(kind, title)
