"""Catalog, suppliers, prices, stock ledger, orders and their fulfillment."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PartsConfig(AppConfig):
    name = "parts"
    verbose_name = _("Parts")

    def ready(self) -> None:
        """What the floor, the network and the roof learn from parts."""
        from parts import (
            accounts,
            books,
            buyback,
            fulfillment,
            imports,
            papers,
            parameters,
            picklist,
            scoping,
            transfers,
            vans,
            waves,
            words,
            work,
        )
        from parts.cases import letters as case_letters
        from parts.counts import report
        from parts.purchasing import letters
        from parts.returns import letters as return_letters
        from portal.accounts import roles
        from portal.core import documents, events, registries, scope
        from stations.exits import exit_kind
        from stations.models import StationExit
        from stations.people.open_work import register_goods

        assert parameters  # noqa: S101 imported for its declarations
        assert words  # noqa: S101 imported for its declarations
        imports.register()
        scope.register("supplier", scoping.suppliers_of)
        roles.register_source(scoping.supplier_roles)
        registries.place(scoping.places_of)
        registries.worklist(work.worklists)
        registries.search(work.search)
        registries.search(work.search_purchases)
        registries.search(work.search_prices)
        registries.figure(work.figures)
        for name, check in books.CHECKS.items():
            registries.check_books(name, check)
        documents.document_kind(
            fulfillment.DELIVERY_NOTE,
            template="pdf/delivery_note.html",
            title=_("Delivery note"),
            permission="parts.view_shipment",
            public=(
                ("number", _("Number")),
                ("shipped_on", _("Shipped on")),
                ("amount", _("Amount (CNY, tax excluded)"), documents.money_said),
            ),
        )
        documents.document_kind(
            case_letters.DECISION,
            template="pdf/receiving_case.html",
            title=_("Settlement of receiving differences"),
            permission="parts.view_receivingcase",
            bilingual=True,
            public=(
                ("number", _("Number")),
                ("decided_on", _("Decided on")),
                ("credit", _("Credited (CNY, tax excluded)"), documents.money_said),
                ("charge", _("Charged (CNY, tax excluded)"), documents.money_said),
            ),
        )
        documents.document_kind(
            return_letters.CREDIT_NOTE,
            template="pdf/return_credit.html",
            title=_("Credit note for unused parts"),
            permission="parts.view_partsreturn",
            bilingual=True,
            public=(
                ("number", _("Number")),
                ("issued_on", _("Issued on")),
                ("credit", _("Credited (CNY, tax excluded)"), documents.money_said),
            ),
        )
        registries.notices.update(transfers.NOTICES)
        registries.notices.update(return_letters.NOTICES)
        registries.notices.update(case_letters.NOTICES)
        documents.document_kind(
            picklist.PICK_LIST,
            template="pdf/pick_list.html",
            title=_("Pick list"),
            bilingual=True,
            line_columns=picklist.LINE_COLUMNS,
            public=(("number", _("Number")), ("made_on", _("Made on"))),
        )
        documents.document_kind(
            waves.WAVE_LIST,
            template="pdf/wave_list.html",
            title=_("Pick list"),
            bilingual=True,
            line_columns=waves.WAVE_COLUMNS,
            public=(("number", _("Number")), ("made_on", _("Made on"))),
        )
        documents.document_kind(
            report.COUNT_REPORT,
            template="pdf/count_report.html",
            title=_("Stock count report"),
            permission="parts.view_stockcount",
            bilingual=True,
            line_columns=report.LINE_COLUMNS,
            public=(("number", _("Number")), ("posted_on", _("Posted on")), ("accuracy", _("Accuracy (%)"))),
        )
        exit_kind(buyback.STOCK_ITEM)
        papers.document("buyback", StationExit)
        register_goods(vans.carried)
        sent = ("sent_on", pgettext_lazy("order", "Sent on"))
        for kind, template, title, day in (
            (letters.PURCHASE_ORDER, "pdf/purchase_order.html", _("Purchase order"), sent),
            (letters.DEBIT_NOTE, "pdf/supplier_debit.html", _("Debit note"), ("returned_on", _("Sent back on"))),
        ):
            documents.document_kind(
                kind,
                template=template,
                title=title,
                permission="parts.view_purchaseorder",
                bilingual=True,
                public=(
                    ("number", _("Number")),
                    day,
                    ("amount", _("Amount (CNY, tax excluded)"), documents.money_said),
                ),
            )
        registries.notices.update(letters.NOTICES)
        registries.notices["pricelist.released"] = _("Price list %(number)s is released: it holds from %(day)s.")
        events.subscribe("dealeraccount.limit_set", "parts.retest_holds")
        events.subscribe("stockcount.posted", "parts.allocate_after_count")
        events.subscribe("stockcount.cancelled", "parts.allocate_after_count")
        events.subscribe("dealeraccount.posted", "parts.retest_holds", when=accounts.frees_credit)
