"""The demo and development: http on this machine, a key made once under var/, mails as files under var/mail."""

import secrets

from portal.core.logs import configure
from portal.settings.base import *  # noqa: F403 settings are one namespace
from portal.settings.base import VAR_DIR

DEBUG = False
ALLOWED_HOSTS = ["*"]  # the demo listens where HOST says; production names its hosts


def _kept_key() -> str:
    """A secret of this clone, made at the first start."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = _kept_key()
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DEMO = True
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": VAR_DIR / "mail"},
    }
}
LOGGING = configure(json=False)
