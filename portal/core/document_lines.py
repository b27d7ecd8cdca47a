"""Lines of a document that are too many for its row: kept once beside it, found and proved by their hash.

The document freezes {"kept_lines": {"sha256": …, "count": …}}, so its own hash covers every line. Not here: drawing them.
"""

import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

KEY: Final = "kept_lines"
IN_MEMORY: Final = 4_000_000  # bytes; beyond, the file being written lies on the disk


class LinesChanged(Exception):
    """What is kept is not what was frozen: nothing is printed from it."""


def keep_lines(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The lines (texts by key) are kept; what the document's facts say under KEY. Holds one line in memory."""
    digest, count = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        with gzip.GzipFile(fileobj=kept, mode="wb", mtime=0, filename="") as packed:
            for line in lines:
                text = json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n"
                digest.update(text)
                packed.write(text)
                count += 1
        kept.seek(0)
        sha256 = digest.hexdigest()
        if not default_storage.exists(path := path_of(sha256)):
            default_storage.save(path, File(kept))
    return {"sha256": sha256, "count": count}


def lines_of(facts: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The document's lines, from its facts or from beside them. Raises LinesChanged at the end of lines that changed."""
    kept = facts.get(KEY)
    return _read(kept["sha256"]) if kept else facts.get("lines") or []


def count_of(facts: dict[str, Any]) -> int:
    """How many lines the document has."""
    kept = facts.get(KEY)
    return int(kept["count"]) if kept else len(facts.get("lines") or [])


def path_of(sha256: str) -> str:
    """Where lines of this hash are kept."""
    return f"documents/lines/{sha256[:2]}/{sha256}.jsonl.gz"


def _read(sha256: str) -> Iterator[dict[str, Any]]:
    digest = hashlib.sha256()
    with default_storage.open(path_of(sha256), "rb") as file, gzip.open(file, "rb") as packed:
        for text in packed:
            digest.update(text)
            yield json.loads(text)
    if digest.hexdigest() != sha256:
        raise LinesChanged(sha256)
