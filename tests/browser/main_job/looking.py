"""What nobody may see on any page: sideways scrolling on a phone, words of the other language, errors."""

import re
from collections.abc import Iterable
from typing import Any, Final

PHONE: Final = 390
CODE = re.compile(
    r"[\w.+-]+@[\w.-]+|https?://\S+|/\S+/|\b[\w.-]*\d[\w./-]*|[A-Z]+(?:-[A-Z0-9]+)+|[A-Za-z_-]*\.(?:csv|xlsx|zip|pdf)\b"
)
LATIN = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
# Words of the trade and of paper that Chinese text writes in Latin letters.
LATIN_WORDS: Final = frozenset(
    (
        "APP",
        "CSV",
        "Ctrl",
        "EMS",
        "English",
        "Excel",
        "GB",
        "HQ",
        "ID",
        "JPG",
        "MB",
        "PDF",
        "PNG",
        "QR",
        "SN",
        "UTC",
        "XLSX",
        "ZIP",
        "cm",
        "kg",
        "km",
    )
)

TEXTS = """() => {
  const other = '[lang]:not(html), [aria-hidden=true], .visually-hidden, .material-symbols-outlined'
  const shown = (element) => element.checkVisibility({visibilityProperty: true}) && !element.closest(other)
  const found = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement
    if (['SCRIPT', 'STYLE', 'TEXTAREA', 'TEMPLATE'].includes(parent.tagName)) continue
    const box = parent.closest('select') || parent
    if (shown(box) && walker.currentNode.data.trim()) found.push(walker.currentNode.data.trim())
  }
  for (const element of document.querySelectorAll('[placeholder], [title], [alt], [aria-label], [data-label]'))
    if (shown(element))
      for (const name of ['placeholder', 'title', 'alt', 'aria-label', 'data-label'])
        if (element.getAttribute(name)) found.push(element.getAttribute(name))
  found.push(document.title)
  return found
}"""


def foreign_words(texts: Iterable[str], language: str, known: Iterable[str]) -> list[str]:
    """Words of the other language among the texts, but for what the story's own people and things are called."""
    names = sorted({*known, "简体中文"}, key=len, reverse=True)
    found = []
    for text in texts:
        for name in names:
            text = text.replace(name, " ")
        if language == "en":
            found += CHINESE.findall(text)
        else:
            found += [word for word in LATIN.findall(CODE.sub(" ", text)) if word not in LATIN_WORDS]
    return found


def texts_of(page: Any) -> list[str]:
    """Every text that the page shows or reads out."""
    found: list[str] = page.evaluate(TEXTS)
    return found


def overflow_on_a_phone(page: Any) -> int:
    """By how many pixels the page is wider than a phone."""
    before = page.viewport_size
    if before["width"] != PHONE:
        page.set_viewport_size({"width": PHONE, "height": 844})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    if before["width"] != PHONE:
        page.set_viewport_size(before)
    return max(0, wide - PHONE)


def listen(page: Any, faults: list[str]) -> None:
    """Errors of scripts and policies, refused and failed requests are written down."""
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", lambda line: faults.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on(
        "requestfailed",
        lambda request: (
            faults.append(f"{request.failure} {request.url}") if "ERR_ABORTED" not in request.failure else None
        ),
    )
