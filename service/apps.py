"""Customers, units, requests, dispatch, work orders, follow-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    name = "service"
    verbose_name = _("Service")

    def ready(self) -> None:
        """What the floor and the roof learn from the service desk."""
        from parts import fitting, papers, replacements
        from portal.core import events, registries, timeline
        from service import (
            checks,
            coverage,
            imports,
            life,
            parameters,
            people_work,
            pictures,
            redispatch,
            unit_history,
            units,
            worklists,
        )
        from service.models import WorkOrder
        from stations.people import register_open_jobs
        from stations.training import register_volume

        assert parameters  # noqa: S101 imported for its declarations
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
        life.source(unit_history.KINDS, unit_history.happenings)
        for movement in ("issue_to_job", "return_from_job"):
            papers.document(movement, WorkOrder)
        fitting.unit_finder(units.unit_for_parts)
        replacements.reference(units.is_job_of)
        registries.notices.update(redispatch.NOTICES)
        for kind in ("station.suspended", "station.expired", "station.terminated"):
            events.subscribe(kind, "service.take_back_jobs")
        for kind, title in worklists.TITLES.items():
            timeline.title(kind, title)
