"""What must stand before Django reads its settings: a PostgreSQL, given or private, and compiled catalogs."""

import os
from pathlib import Path

from portal.postgres import APP, OWNER, Server
from portal.provisioning import compile_catalogs

if not os.environ.get("DATABASE_URL"):
    server = Server(Path(__file__).resolve().parent.parent / "var" / "pg")
    server.start()
    os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = server.url(APP), server.url(OWNER)
os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps its loop in the main thread
compile_catalogs()
