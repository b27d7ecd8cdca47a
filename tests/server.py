"""The server of the suite, before Django reads its settings: DATABASE_URL if given, else the private PostgreSQL."""

import os
from pathlib import Path

from portal.postgres import APP, OWNER, Server

if not os.environ.get("DATABASE_URL"):
    server = Server(Path(__file__).resolve().parent.parent / "var" / "pg")
    server.start()
    os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = server.url(APP), server.url(OWNER)
