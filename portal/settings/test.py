"""The suite: like dev, but quick passwords, no throttles and files in a folder of their own."""

import tempfile
from pathlib import Path

from portal.core.logs import configure
from portal.settings.base import *  # noqa: F403 settings are one namespace
from portal.settings.base import REST_FRAMEWORK

SECRET_KEY = "only-for-tests"  # noqa: S105 protects nothing
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="yizhan-media-"))
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
DEMO = False
FAILPOINTS = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # finds files when asked for them: no client of a test pays for reading them all
LOGGING = configure(json=True, level="WARNING")
