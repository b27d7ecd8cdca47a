"""What the Chinese catalog lacks: texts that were never collected, never translated, or only guessed (fuzzy)."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
SKIPPED = (".venv", "var", "tests", "bench", "scripts", ".git")
NO_TEXTS = ("__pycache__", ".*_cache", "*.mo", "docs", "static")


def problems() -> list[str] | None:
    """One line per text that is not well translated; None where xgettext is missing."""
    if not shutil.which("xgettext"):
        return None
    if not CATALOG.exists():
        return [f"{CATALOG} is missing"]
    found = lacking(polib.pofile(str(CATALOG)), collected())
    return sorted([*found, *(f"not collected, for its alias: {line}" for line in hidden())])


def lacking(catalog: Iterable[polib.POEntry], texts: Mapping[tuple[str | None, str], str]) -> list[str]:
    """What a catalog lacks of these texts, each with where it stands."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalog if not entry.obsolete}
    found = [f"fuzzy: {text!r}" for (_, text), entry in known.items() if entry.fuzzy]
    for key, places in texts.items():
        entry = known.get(key)
        if entry is None or not entry.translated():
            found.append(f"{'missing' if entry is None else 'untranslated'}: {key[1]!r} ({places})")
    return found


def hidden() -> list[str]:
    """Imports that rename a function of translation: xgettext knows `_` and the plain names only, and would pass over it."""
    files = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in SKIPPED]
    return [
        f"{path.relative_to(ROOT)}: {line}"
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"^from django.utils.translation import .*gettext\w* as (?!_$)", line)
    ]


def collected() -> dict[tuple[str | None, str], str]:
    """Every translatable text of code and templates, and where it stands, as Django's makemessages finds them."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*SKIPPED, *NO_TEXTS))
        (tree / "locale/zh_Hans/LC_MESSAGES/django.po").unlink(missing_ok=True)
        command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "-l", "zh_Hans", "--no-wrap", "-v0"]
        subprocess.run(command, cwd=tree, check=True, capture_output=True)  # noqa: S603 our own command
        texts = polib.pofile(str(tree / "locale/zh_Hans/LC_MESSAGES/django.po"))
    return {
        (entry.msgctxt, entry.msgid): ", ".join(f"{file}:{line}" for file, line in entry.occurrences[:3])
        for entry in texts
    }


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines or []) if lines is not None else "xgettext is missing: apt-get install gettext")
    sys.exit(bool(lines))
