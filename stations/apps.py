"""The dealer network: products, tree, applications, contracts, people, dealer account."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = _("Stations")

    def ready(self) -> None:
        """The registries of the floor know the network."""
        from portal.core import registries
        from stations import (
            contracts,
            dealer_account,
            deposits,
            documents,
            duties,
            events,
            imports,
            inspection_report,
            library_worklists,
            network_imports,
            network_parameters,
            parameters,
            people_registry,
            people_worklists,
            recruiting_worklists,
            scoping,
            telling,
            worklists,
        )
        from stations.exits import own

        assert parameters and network_parameters  # noqa: S101, PT018 imported for their declarations
        scoping.register()
        documents.register()
        own.register()
        inspection_report.register()
        events.register()
        telling.register()
        imports.register()
        network_imports.register()
        people_registry.register()
        registries.worklist(worklists.worklists)
        registries.worklist(recruiting_worklists.worklists)
        registries.search(recruiting_worklists.search)
        registries.search(worklists.search)
        registries.worklist(people_worklists.worklists)
        registries.search(people_worklists.search)
        registries.worklist(library_worklists.worklists)
        registries.search(library_worklists.search)
        registries.notices.update(duties.NOTICES)
        registries.place(scoping.places_of)
        registries.check_books("dealer account balances", dealer_account.check_balances)
        registries.check_books("dealer account stations", dealer_account.check_stations)
        registries.check_books("deposits of contracts", deposits.check_deposits)
        registries.check_books("authorized stations", contracts.check_authorized)
