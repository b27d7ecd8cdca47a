"""Words frozen in both languages, for documents that either reader can print."""

from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.functional import Promise


def in_both(key: str, text: str | Promise | Callable[[], Any]) -> dict[str, str]:
    """The text under `key` in Chinese and under `key`_en in English; a function is asked in each language."""
    found = {}
    for language, name in (("zh-hans", key), ("en", f"{key}_en")):
        with translation.override(language):
            found[name] = str(text() if callable(text) else text)
    return found
