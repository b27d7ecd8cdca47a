"""What is no Word or Excel file is refused, however it is broken."""

import io
import zipfile

import pytest

from portal.core.office_files import NotAnOfficeFile, office_suffix
from portal.core.transfer.reading import BadImportFile, open_sheet


def workbook() -> bytes:
    """A file with the parts of a workbook and a long one that is compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "".join(f"<row n='{number * 7919 % 9973}'/>" for number in range(2_000)))
    return made.getvalue()


def test_a_whole_workbook_is_known() -> None:
    assert office_suffix(workbook()) == "xlsx"


@pytest.mark.parametrize("at", range(150, 1_000, 50))
def test_a_damaged_stream_is_no_office_file(at: int) -> None:
    raw = bytearray(workbook())
    raw[at : at + 40] = b"\xff" * 40
    with pytest.raises(NotAnOfficeFile):
        office_suffix(bytes(raw))


@pytest.mark.parametrize("at", range(150, 1_000, 50))
def test_a_damaged_workbook_is_not_imported(at: int) -> None:
    raw = bytearray(workbook())
    raw[at : at + 40] = b"\xff" * 40
    with pytest.raises(BadImportFile):
        open_sheet(bytes(raw), "damaged.xlsx")
