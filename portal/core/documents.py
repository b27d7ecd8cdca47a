"""Documents: issue_document() writes the row, pdf_bytes() makes the PDF from the row; the only importer of weasyprint.

Not here: whether a paper is drawn at once or by a job (drawing).
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from portal.core import clock, drawing_runs, events, show
from portal.core.document_lines import KEY, count_of, lines_of
from portal.core.letterhead import KEY as KEY_OF_ISSUER
from portal.core.letterhead import letterhead
from portal.core.linetable import LineColumn, Step, parts_of, with_line_table
from portal.core.models.documents import Document
from portal.core.written import Written

type PublicFact = tuple[str, str | Promise] | tuple[str, str | Promise, Callable[[Any], str]]

MAX_TEMPLATE_LINES = 500
PDF_END = b"%%EOF"


class FontMissing(Exception):
    """Noto Sans SC is not installed: no PDF can be made."""


@dataclass(frozen=True)
class DocumentKind:
    """What a kind of document is called, its template, and which of its facts the public verification page shows.

    line_columns: how facts["lines"] are set when they are more than 500 and do not fit the template.
    bilingual: its facts are codes, figures and pairs like part_name, part_name_en, so it can be drawn in either language.
    standing: what has become of the thing since it was issued, for who verifies it today; None where nothing has.
    pictures: the JPEG bytes that its template may show, by the address it names them with, out of the facts.
    permission: what reading it needs beside the scope of its record, asked with that record, as on the record's page.
    """

    kind: str
    template: str
    title: str | Promise
    public: Sequence[PublicFact] = ()
    line_columns: Sequence[LineColumn] = ()
    bilingual: bool = False
    pictures: Callable[[dict[str, Any]], Mapping[str, bytes]] | None = None
    standing: Callable[[Document], "Standing | None"] | None = None
    permission: str = ""


@dataclass(frozen=True)
class Standing:
    """What holds today of a document that is genuine for ever. tone: good, wait or bad."""

    tone: str
    word: str | Promise
    text: str | Promise


_kinds: dict[str, DocumentKind] = {}


def document_kind(
    kind: str,
    *,
    template: str,
    title: str | Promise,
    public: Sequence[PublicFact] = (),
    line_columns: Sequence[LineColumn] = (),
    bilingual: bool = False,
    pictures: Callable[[dict[str, Any]], Mapping[str, bytes]] | None = None,
    standing: Callable[[Document], Standing | None] | None = None,
    permission: str = "",
) -> None:
    """Documents of this kind can be issued. Called in AppConfig.ready().

    public: key of facts (`totals__approved` within facts["totals"]), label, and how it is written where not as it stands.

    With line_columns, more than 500 facts["lines"] follow the template's pages as a table of their own; the template
    is given no facts.lines then, and `lines_follow` says how many there are; `all_lines` holds them either way.
    """
    _kinds[kind] = DocumentKind(kind, template, title, public, line_columns, bilingual, pictures, standing, permission)


_issued = Written(
    lambda kind, number, language: Document.objects.filter(kind=kind, number=number, language=language)[:1]
)


@transaction.atomic
def issue_document(
    kind: str,
    *,
    subject: models.Model,
    number: str,
    facts: dict[str, Any],
    actor: Any | None,
    language: str = "zh-hans",
    draw: bool = True,
) -> Document:
    """The document stands with its facts frozen; issued again with the same facts it is the same document.

    draw: False where the caller is a job that draws it itself.
    facts: JSON only (texts, numbers as texts, lists, dicts). Raises KeyError for an unknown kind and ValueError when
    this number was issued with other facts. Writes one Document and one Event; a long PDF is drawn by a job right away,
    a short one on first view.
    """
    definition = _kinds[kind]
    known = _issued.first(kind, number, language)
    facts = facts | _issuer(definition, language, known)
    digest = facts_sha256(kind, number, language, facts)
    if known is not None:
        if known.sha256 != digest:
            raise ValueError(f"{kind} {number} was issued with other facts")
        return known
    row = Document.objects.create(
        kind=definition.kind,
        number=number,
        language=language,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        facts=facts,
        sha256=digest,
        token=secrets.token_urlsafe(16),
        issued_by=actor if getattr(actor, "pk", None) else None,
        issued_at=clock.now(),
    )
    data = {"document": row.pk, "kind": kind, "number": number, "sha256": digest}
    events.record(subject, f"{subject._meta.model_name}.document_issued", actor=actor, data=data)
    for drawn_in in languages_of(row) if draw and drawing_runs.takes_long(facts) else ():
        drawing_runs.start_paper(row, drawn_in, title=str(definition.title), path=path_of(row, drawn_in))
    return row


def _issuer(definition: DocumentKind, language: str, known: Document | None = None) -> dict[str, Any]:
    """Who issues it now, or issued it then, as the document's facts say it."""
    if known is not None:
        return {KEY_OF_ISSUER: known.facts[KEY_OF_ISSUER]} if KEY_OF_ISSUER in known.facts else {}
    found = letterhead()
    return found if definition.bilingual else facts_in(language, found)


def facts_sha256(kind: str, number: str, language: str, facts: dict[str, Any]) -> str:
    """The hash of the canonical JSON of what was issued."""
    canonical = json.dumps([kind, number, language, facts], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def is_intact(row: Document) -> bool:
    """Whether the row's facts still have the hash they were issued with."""
    return facts_sha256(row.kind, row.number, row.language, row.facts) == row.sha256


def documents_of(subject: models.Model, *kinds: str) -> models.QuerySet[Document]:
    """The record's documents, latest first."""
    found = Document.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by("-pk")
    return found.filter(kind__in=kinds) if kinds else found


def visible_document(pk: int, user: Any) -> Document | None:
    """The document if its record lies in the user's scope, else None. Raises PermissionDenied where its kind is not for him."""
    row = Document.objects.filter(pk=pk).first()
    if row is None:
        return None
    manager: Any = apps.get_model(row.subject_type)._default_manager
    record = manager.visible_to(user).filter(pk=row.subject_id).first()
    if record is None:
        return None
    needed = _kinds[row.kind].permission if row.kind in _kinds else ""
    if needed and not user.has_perm(needed, record):
        raise PermissionDenied
    return row


def title_of(row: Document) -> str:
    """What the document is called, in the language of the page."""
    return str(_kinds[row.kind].title) if row.kind in _kinds else row.kind


def public_facts(row: Document) -> list[tuple[str, Any]]:
    """Label and value of the facts that the verification page may show."""
    definition = _kinds.get(row.kind)
    if definition is None:
        return []
    facts = facts_in(translation.get_language() or "", row.facts) if definition.bilingual else row.facts
    return [(str(label), _said(facts, key, *written)) for key, label, *written in definition.public]


def _said(facts: dict[str, Any], key: str, written: Callable[[Any], str] = str) -> str:
    found: Any = facts
    for part in key.split("__"):
        found = found.get(part, "") if isinstance(found, dict) else ""
    return written(found)


def money_said(value: str) -> str:
    """An amount that a document froze, with its currency: 1,234.00 or 1234.00 as ¥1,234.00."""
    return show.money("" if value == show.NOTHING else value.replace(",", "").replace("−", "-"))


def standing_today(row: Document) -> Standing | None:
    """What has become of the thing since, where its kind can tell."""
    definition = _kinds.get(row.kind)
    return definition.standing(row) if definition and definition.standing else None


def verify_url(row: Document) -> str:
    """The public page that confirms number and hash."""
    return f"{settings.PUBLIC_URL}{reverse('verify', args=[row.token])}"


def qr_svg(text: str, *, scale: int = 3) -> SafeString:
    """A QR code (error level M) as inline SVG."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=scale, border=0, dark="#14202b"))  # noqa: S308 segno's own drawing


def path_of(row: Document, language: str = "") -> str:
    """Where its PDF is kept, as drawn for a reader of this language."""
    drawn_in = _language_of(row, language)
    suffix = "" if drawn_in == row.language else f"-{drawn_in}"
    return f"documents/{row.sha256[:2]}/{row.sha256}{suffix}.pdf"


def pdf_bytes(row: Document, language: str = "", *, step: Step | None = None) -> bytes:
    """The PDF of the document: made from the row alone when it is first wanted, then kept.

    language: the reader's; a bilingual document is drawn in it, every other one stays in its own. step: called before
    each part is drawn; what it raises stops the drawing.
    """
    path = path_of(row, language)
    if (kept := kept_pdf(path)) is not None:
        return kept
    made = render_document(row, language, step=step)
    keep_pdf(path, made)
    return made


def keep_pdf(path: str, made: bytes) -> None:
    """The PDF stands under its name once, whoever draws it as well."""
    keep_file(path, ContentFile(made))


def keep_file(path: str, made: "File[Any]") -> None:
    """The file stands under its name once, whoever makes it as well."""
    stands_as = default_storage.save(path, made)
    if stands_as != path:  # another first reader was faster
        default_storage.delete(stands_as)


def kept_pdf(path: str) -> bytes | None:
    """The PDF as it was kept; one that is not whole is taken away, and None, so that it is made again."""
    if not default_storage.exists(path):
        return None
    with default_storage.open(path, "rb") as file:
        found = bytes(file.read())
    if PDF_END in found[-1024:]:
        return found
    default_storage.delete(path)
    return None


def languages_of(row: Document) -> list[str]:
    """The languages it is drawn in."""
    return [code for code, _name in settings.LANGUAGES] if _kinds[row.kind].bilingual else [row.language]


def steps_of(row: Document) -> int:
    """Into how many parts its drawing falls."""
    return _steps(_kinds[row.kind], row.facts)


def _steps(definition: DocumentKind, facts: dict[str, Any]) -> int:
    lines = count_of(facts)
    return 1 + (parts_of(lines) if definition.line_columns and lines > MAX_TEMPLATE_LINES else 0)


def _language_of(row: Document, wanted: str) -> str:
    return wanted if wanted and _kinds[row.kind].bilingual else row.language


def render_document(row: Document, language: str = "", *, step: Step | None = None) -> bytes:
    """The PDF, freshly made, in the document's own language or, if it is bilingual, in the reader's."""
    definition = _kinds[row.kind]
    drawn_in = _language_of(row, language)
    with translation.override(drawn_in):
        context = {
            "document": row,
            "number": row.number,
            "facts": facts_in(drawn_in, row.facts) if definition.bilingual else row.facts,
            "title": definition.title,
            "qr": qr_svg(verify_url(row)),
            "verify_url": verify_url(row),
        }
        return _with_lines(definition, context, step)


def facts_in(language: str, facts: Any) -> Any:
    """Facts as a page of that language prints them: in English `x` is `x_en` wherever that was frozen with it."""
    if isinstance(facts, list):
        return [facts_in(language, each) for each in facts]
    if not isinstance(facts, dict):
        return facts
    found = {key: facts_in(language, value) for key, value in facts.items()}
    if language == "en":
        found |= {key.removesuffix("_en"): value for key, value in found.items() if key.endswith("_en") and value}
    return found


def _with_lines(definition: DocumentKind, context: dict[str, Any], step: Step | None = None) -> bytes:
    """The template's pages; beyond 500 lines the lines follow, set by the table renderer."""
    facts: dict[str, Any] = context["facts"]
    count = count_of(facts)
    is_table = bool(definition.line_columns) and count > MAX_TEMPLATE_LINES
    pictures = definition.pictures(facts) if definition.pictures else {}
    context = context | {"all_lines": facts.get("lines") or [], "pictures": pictures}
    if step is not None:
        step()
    if not is_table:
        if KEY in facts:
            context["facts"] = facts | {"lines": list(lines_of(facts))}
        return render_pdf(definition.template, context, pictures)
    context |= {"facts": facts | {"lines": []}, "lines_follow": count}
    summary = render_pdf(definition.template, context, pictures)
    heading = f"{definition.title} {context['number']}"
    return with_line_table(summary, heading=heading, columns=definition.line_columns, lines=lines_of(facts), step=step)


def preview_pdf(
    kind: str, *, number: str, facts: dict[str, Any], language: str = "zh-hans", step: Step | None = None
) -> bytes:
    """The PDF as it would be issued, marked as a draft, without row, hash or QR code."""
    definition = _kinds[kind]
    with translation.override(language):
        facts = facts | _issuer(definition, language)
        shown = facts_in(language, facts) if definition.bilingual else facts
        context = {"document": None, "number": number, "facts": shown, "title": definition.title, "draft": True}
        return _with_lines(definition, context, step)


def preview_steps(kind: str, facts: dict[str, Any]) -> int:
    """Into how many parts drawing the draft falls."""
    return _steps(_kinds[kind], facts)


def render_pdf(template: str, context: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A template as PDF: embedded Chinese font, no network, no file but our own, no picture but those given."""
    return html_to_pdf(render_to_string(template, context), pictures)


def html_to_pdf(html: str, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """HTML of our own templates as PDF; nothing it names is fetched but the font and the pictures given, JPEG by address."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    given = pictures or {}

    class OnlyOurFont(URLFetcher):
        """Refuses every address but that of the font file and of the pictures, which it never opens."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in given:
                return URLFetcherResponse(url, given[url], {"Content-Type": "image/jpeg"})
            if url == font_file().as_uri():
                return super().fetch(url, headers)
            raise ValueError(f"refused: {url}")

    fetcher = OnlyOurFont(allowed_protocols=["file"])
    fonts = FontConfiguration()
    face = f"@font-face {{ font-family: 'Noto Sans SC'; src: url('{font_file().as_uri()}'); }}"
    font = weasyprint.CSS(string=face, font_config=fonts, url_fetcher=fetcher)
    made: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url="about:blank").write_pdf(
        stylesheets=[font], font_config=fonts
    )
    return made


@cache
def font_file() -> Path:
    """The font of every PDF. Raises FontMissing; `manage.py check` says it before anybody wants a paper."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError as error:
        raise FontMissing from error
    for found in Path(pylopdf_fonts_zh_cn.__file__).parent.rglob("NotoSansSC-Regular.otf"):
        return found
    raise FontMissing


type FactsMaker = Callable[[Any], dict[str, Any]]
