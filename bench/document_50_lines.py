"""A report of 50 lines as PDF, warm (P10: at most 0.6 of 6.6 s per 1,000 rows, which is 198 ms for 50 lines).

The limit of the same run: WeasyPrint with a bare table of the same cells, without font, page furniture or QR code.
"""

from collections.abc import Iterator

from bench.figures import Figure, compare

LINES = 50
COLUMNS = 8


def measure(size: str) -> Iterator[Figure]:
    """Our document base with the Chinese font and fixed columns, rendered through the one door to WeasyPrint."""
    from django.template import engines
    from weasyprint import HTML

    from portal.core import documents

    cells = [[f"服务站第{row}行第{column}格" for column in range(COLUMNS)] for row in range(LINES)]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    body = "<table class=lines><colgroup>" + "<col>" * COLUMNS + f"</colgroup><tbody>{table}</tbody></table>"
    template = engines["django"].from_string('{% extends "pdf/base.html" %}{% block body %}' + body + "{% endblock %}")
    html = template.render({"title": "Bench", "number": "BS-202601-000001", "facts": {}, "document": None})

    def ours() -> None:
        documents.html_to_pdf(html)

    def limit() -> None:
        HTML(string=f"<style>table{{table-layout:fixed;width:100%}}</style><table>{table}</table>").write_pdf()

    yield compare("document_50_lines", size, ours, limit, goal_ratio=2.0, rounds=5, lines=LINES)
