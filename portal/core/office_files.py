"""Which Word or Excel file some bytes are, by what is inside and not by their name. Not here: reading tables (transfer)."""

import io
import zipfile
import zlib
from typing import Final

ZIP_MAGIC: Final = b"PK\x03\x04"
MOST_PARTS: Final = 5_000
MOST_UNPACKED: Final = 200 * 1024 * 1024
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
SUFFIXES: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


class NotAnOfficeFile(Exception):
    """No Word or Excel file, a broken or swollen one, or one with a program inside."""


def office_suffix(raw: bytes) -> str:
    """Whether it is a docx or an xlsx; it is whole and has no macros. Raises NotAnOfficeFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise NotAnOfficeFile
            broken = archive.testzip()
    except UNREADABLE as error:
        raise NotAnOfficeFile from error
    names = {part.filename for part in parts}
    found = [suffix for name, suffix in SUFFIXES.items() if name in names]
    runs = any("vbaproject" in name.lower() for name in names)
    if broken or runs or len(found) != 1 or "[Content_Types].xml" not in names:
        raise NotAnOfficeFile
    return found[0]
