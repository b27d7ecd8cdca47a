"""Records with a paper at headquarters: read-only, the PDF and the portal's page of it at hand."""

from typing import Any, ClassVar

from django.http import HttpRequest

from portal.core.admin import ReadOnlyAdmin


class PaperAdmin(ReadOnlyAdmin):
    """paper: the name of the PDF's address."""

    paper: ClassVar[str]
    detail_template = "warranty/admin_paper.html"

    def extra_detail(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Its paper and the portal's page of it."""
        return {"paper": self.paper, "portal_page": row.get_absolute_url()}
