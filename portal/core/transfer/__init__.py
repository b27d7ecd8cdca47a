"""Files in and out: import staging (upload, checks, COPY, preview, apply) and exports of which no cell runs.

kinds.py what can be imported · reading.py a file as rows · staging.py upload to preview · applying.py preview to effect ·
exporting.py rows as CSV or Excel. Not here: the pages (portal.web) and any app's columns (<app>/imports.py).
"""

from portal.core.transfer.exporting import ExportColumn, export_response
from portal.core.transfer.kinds import Column, ImportKind, StagedRow, import_kind

__all__ = ["Column", "ExportColumn", "ImportKind", "StagedRow", "export_response", "import_kind"]
