"""Production: everything from the environment; a missing value stops the start."""

import os

from portal.settings.base import *  # noqa: F403 settings are one namespace
from portal.settings.base import DATABASES, STORAGES, database

DEBUG = False
DEMO = False
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = os.environ["CSRF_TRUSTED_ORIGINS"].split(",")
PUBLIC_URL = os.environ["PUBLIC_URL"]
DATABASES["default"] |= {"CONN_MAX_AGE": 0}
DATABASES["default"]["OPTIONS"] = {
    "options": "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
    "pool": {"min_size": 1, "max_size": int(os.environ.get("DATABASE_POOL", "8"))},
}
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

SESSION_COOKIE_NAME = "__Host-sid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": os.environ.get("EMAIL_HOST", "localhost"),
            "port": int(os.environ.get("EMAIL_PORT", "587")),
            "username": os.environ.get("EMAIL_USER", ""),
            "password": os.environ.get("EMAIL_PASSWORD", ""),
            "use_tls": os.environ.get("EMAIL_TLS", "1") == "1",
        },
    }
}
DEFAULT_FROM_EMAIL = os.environ["DEFAULT_FROM_EMAIL"]

if "MEDIA_BUCKET" in os.environ:  # any S3 server; keys come from the environment or the machine's role
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": os.environ["MEDIA_BUCKET"],
            "endpoint_url": os.environ.get("MEDIA_ENDPOINT") or None,
            "region_name": os.environ.get("MEDIA_REGION") or None,
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
if "DATABASE_REPLICA_URL" in os.environ:
    DATABASES["replica"] = database(os.environ["DATABASE_REPLICA_URL"]) | {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0}
