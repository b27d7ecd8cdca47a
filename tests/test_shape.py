"""The shape holds: layers, relations that point down, clean operations, known subscribers, nothing out of date."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from portal.core import events
from scripts import catalog

ROOT = Path(settings.BASE_DIR)
ORDER = ["core", "accounts", "stations", "parts", "service", "warranty", "quality", "web"]
FOLDERS = {"core": "portal/core", "accounts": "portal/accounts", "web": "portal/web"}
BANNED = {  # a page's, a format's or the machine's business
    "rest_framework",
    "import_export",
    "weasyprint",
    "typst",
    "django.http",
    "django.shortcuts",
    "django.contrib.messages",
    "django.contrib.admin",
    "datetime.datetime.now",
    "time",
    "django.utils.timezone.now",
}
UPPER = {"views", "admin", "api", "urls", "forms", "filters"}  # rooms above the operations of an app
NOT_OPERATIONS = {
    *UPPER,
    "apps",
    "imports",
    "jobs",
    "documents",
    "demo",
    "management",
    "migrations",
    "templatetags",
    "parameters",
}
SYSTEM_CLOCK = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "timezone.now", "time.time"}
SUBSCRIBERS: dict[str, list[str]] = {
    "chargeback.answered_again": ["warranty.tell_second_answer"],
    "chargeback.credited": ["warranty.tell_credit"],
    "chargeback.tested_again": ["warranty.tell_tested_again"],
    "failedpart.dispositioned": ["warranty.tell_witnesses"],
    "chargeback.dispute_denied": ["warranty.tell_denial"],
    "chargeback.dispute_resolved": ["warranty.tell_conceded", "warranty.tell_favor"],
    "chargeback.doubted": ["warranty.tell_doubt"],
    "chargeback.reply_filed": ["warranty.tell_reply"],
    "chargeback.sent": ["warranty.tell_chargeback"],
    "contract.renewed": ["stations.follow_needs"],
    "contract.signed": ["stations.follow_needs"],
    "dealeraccount.limit_set": ["parts.retest_holds"],
    "dealeraccount.posted": ["parts.retest_holds"],
    "stockcount.posted": ["parts.allocate_after_count"],
    "stockcount.cancelled": ["parts.allocate_after_count"],
    "incentive.granted": ["warranty.credit_incentive"],
    "rectificationfinding.answered": ["stations.tell_of_rectification"],
    "rectificationfinding.open": ["stations.tell_of_rectification"],
    "rectificationorder.issued": ["stations.tell_of_rectification"],
    "siteinspection.recorded": ["stations.tell_of_rectification"],
    "failedpart.extended": ["warranty.tell_extension"],
    "failedpart.extension_refused": ["warranty.tell_extension"],
    "failedpart.second_verdict_needed": ["warranty.tell_waiting_verdict"],
    "failedpart.verdicts_differ": ["warranty.tell_waiting_verdict"],
    "partbox.discrepancy_noted": ["warranty.tell_discrepancy"],
    "importbatch.applied": ["warranty.follow_in_house"],
    "part.made_in_house": ["warranty.follow_in_house"],
    "pieceshipment.sent": ["warranty.tell_shipment"],
    "statement.issued": ["warranty.tell_statement"],
    "statement.superseded": ["warranty.tell_dispute"],
    "stationfine.approved": ["warranty.tell_fine"],
    "stationfine.taken_back": ["warranty.tell_fine"],
    "servicerequest.taken": ["warranty.call_for_guarantee"],
    "station.active": ["stations.follow_needs"],
    "station.expired": ["service.take_back_jobs"],
    "station.graded": ["stations.follow_needs"],
    "station.suspended": ["service.take_back_jobs"],
    "station.terminated": ["service.take_back_jobs", "stations.follow_needs"],
    "stationapplication.center_check": ["stations.tell_of_application"],
    "stationapplication.contracting": ["stations.tell_of_application"],
    "stationapplication.hq_decision": ["stations.tell_of_application"],
    "stationapplication.refused": ["stations.follow_application"],
    "stationapplication.region_review": ["stations.tell_of_application"],
    "stationapplication.submitted": ["stations.follow_application"],
    "goodwillauthorization.authorized": ["warranty.link_goodwill"],
    "priorauthorization.approved": ["warranty.tell_drafts"],
    "stationapplication.withdrawn": ["stations.follow_application"],
    "appeal.partly_upheld": ["warranty.follow_appeal"],
    "appeal.upheld": ["warranty.follow_appeal"],
    "warrantyclaim.approved": ["warranty.consume_goodwill", "warranty.follow_approval"],
    "warrantyclaim.partially_approved": ["warranty.consume_goodwill", "warranty.follow_approval"],
    "warrantyclaim.rejected": [
        "warranty.follow_end_of_review",
        "warranty.give_back_authorization",
        "warranty.release_goodwill",
    ],
    "warrantyclaim.reversed": [
        "warranty.follow_reversal",
        "warranty.give_back_authorization",
        "warranty.release_goodwill",
    ],
    "warrantyclaim.withdrawn": ["warranty.follow_end_of_review", "warranty.give_back_authorization"],
}


def operations() -> list[Path]:
    """Modules of the domain apps that hold operations, rules, states, queries or models."""
    found = []
    for label in ORDER[2:7]:
        for path in (ROOT / label).rglob("*.py"):
            room = path.relative_to(ROOT / label).parts[0].removesuffix(".py")
            if room not in NOT_OPERATIONS and not room.startswith("demo") and not room.endswith(("_urls", "_registry")):
                found.append(path.relative_to(ROOT))
    return sorted(found)


def imported(tree: ast.AST) -> set[str]:
    """Every module or name a file imports directly, at any depth of nesting."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def clocks_read(tree: ast.AST) -> set[str]:
    """Calls like datetime.now(…): names as they are written."""
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {call for call in calls if any(call == clock or call.endswith(f".{clock}") for clock in SYSTEM_CLOCK)}


def test_imports_go_down_only() -> None:
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout + found.stderr


def test_no_relation_points_to_a_higher_app() -> None:
    upward = [
        f"{model._meta.label}.{field.name}"
        for label in ORDER
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation and not field.auto_created and field.related_model
        if (target := field.related_model._meta.app_label) in ORDER and ORDER.index(target) > ORDER.index(label)
        if (label, target) != ("core", "accounts")  # actor, owner and uploader, by settings.AUTH_USER_MODEL
    ]

    assert upward == []


@pytest.mark.parametrize("path", operations(), ids=str)
def test_operations_know_no_request_format_or_system_clock(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text())
    names = imported(tree)

    assert {name for name in names for banned in BANNED if f"{name}.".startswith(f"{banned}.")} == set()
    assert clocks_read(tree) == set()


@pytest.mark.parametrize("path", operations(), ids=str)
def test_operations_know_no_page_form_admin_or_api(path: Path) -> None:
    app = path.parts[0]
    upper = {f"{app}.{room}" for room in UPPER}

    assert {
        name for name in imported(ast.parse((ROOT / path).read_text())) if ".".join(name.split(".")[:2]) in upper
    } == set()


def test_only_the_clock_reads_the_system_clock() -> None:
    readers = {
        str(path.relative_to(ROOT)): found
        for folder in ["portal", *ORDER[2:7]]
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and path.relative_to(ROOT) != Path("portal/core/clock.py")
        if (found := clocks_read(ast.parse(path.read_text())))
    }

    assert readers == {}


def test_the_bans_are_heard() -> None:
    assert "django.http" in imported(ast.parse("def f():\n    from django.http import HttpRequest"))
    assert clocks_read(ast.parse("import datetime\nx = datetime.datetime.now()")) == {"datetime.datetime.now"}


def test_no_save_override_and_no_signal_receiver_in_the_domain() -> None:
    guilty = []
    for label in ORDER[2:7]:
        for path in (ROOT / label).rglob("*.py"):
            tree = ast.parse(path.read_text())
            guilty += [
                f"{path.relative_to(ROOT)}:{node.lineno}"
                for owner in ast.walk(tree)
                if isinstance(owner, ast.ClassDef) and path.parent.name == "models"
                for node in owner.body
                if isinstance(node, ast.FunctionDef) and node.name == "save"
            ]
            guilty += [str(path.relative_to(ROOT)) for name in imported(tree) if name == "django.dispatch.receiver"]

    assert guilty == []


def test_subscribers() -> None:
    assert {kind: sorted(jobs) for kind, jobs in events.subscribers().items()} == SUBSCRIBERS


def test_every_model_and_trigger_is_in_a_migration(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_check_of_translations_names_what_is_missing_empty_or_guessed() -> None:
    kept = polib.POEntry(msgid="Yes", msgstr="是")
    catalogue = [kept, polib.POEntry(msgid="No", msgstr=""), polib.POEntry(msgid="Maybe", msgstr="可", flags=["fuzzy"])]
    texts = {(None, "Yes"): "a.py:1", ("door", "Yes"): "a.py:2", (None, "No"): "a.py:3"}

    assert catalog.lacking(catalogue, texts) == [
        "fuzzy: 'Maybe'", "missing: 'Yes' (a.py:2)", "untranslated: 'No' (a.py:3)"
    ]  # fmt: skip
    assert catalog.lacking([kept], {(None, "Yes"): "a.py:1"}) == []


def test_every_library_has_its_line() -> None:
    told = "".join(path.read_text() for path in (ROOT / "docs/adr").glob("*.md")).lower()
    lines = [line for path in ROOT.glob("requirements*.in") for line in path.read_text().splitlines()]
    wanted = {re.split(r"[\[=<>; ]", line)[0] for line in lines if line and line[0] not in "#-"}

    assert {name for name in wanted if name.lower() not in told} == set()


def test_what_keeps_a_decision_exists() -> None:
    kept = [
        line
        for path in (ROOT / "docs/adr").glob("*.md")
        for line in path.read_text().splitlines()
        if "**Kept by.**" in line
    ]
    paths = {name.partition("::")[0] for line in kept for name in re.findall(r"`((?:tests|portal|bench)/[^`]*)`", line)}

    assert {name for name in paths if not (ROOT / name).exists()} == set()


def test_the_screenshots_stay_few_and_small() -> None:
    pictures = list((ROOT / "docs" / "screenshots").rglob("*.*"))

    assert 0 < len(pictures) <= 40
    assert [path.name for path in pictures if path.suffix != ".webp" or path.stat().st_size > 150_000] == []


def test_templates_hold_no_chinese_signs() -> None:
    """Punctuation is of the reader's language; only the page of a broken server speaks both, and capitals Chinese only."""
    found = [
        f"{path}: {line.strip()[:80]}"
        for path in Path("templates").rglob("*.html")
        if path.name != "500.html"
        for line in path.read_text().splitlines()
        if re.search("[：、，。（）；]", line) and 'LANGUAGE_CODE != "en"' not in line
    ]
    assert found == []
