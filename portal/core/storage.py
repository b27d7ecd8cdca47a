"""Files on our own disk that are whole or not there: written under another name, then renamed. Not here: S3, which is so anyway."""

import os
import tempfile
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import FileSystemStorage

from portal.core.failpoints import failpoint

UNFINISHED: Final = (
    ".unfinished"  # beside the files, on the same disk; what a killed process leaves there, nobody reads
)


class WholeFileStorage(FileSystemStorage):
    """A file appears under its name when all of it is on the disk; a killed process or a full disk leaves none."""

    def _save(self, name: str, content: Any) -> str:
        """Written, synced, then linked to its name, which nobody else may hold: else the next free one is taken."""
        folder = Path(self.path(UNFINISHED))
        folder.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk if isinstance(chunk, bytes) else chunk.encode())
                file.flush()
                os.fsync(file.fileno())
            Path(written).chmod(self.file_permissions_mode or 0o644)
            failpoint("file.written")
            return self._under_its_name(name, written)
        finally:
            Path(written).unlink(missing_ok=True)

    def _under_its_name(self, name: str, written: str) -> str:
        Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                os.link(written, self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                failpoint("file.named")
                return name.replace("\\", "/")
