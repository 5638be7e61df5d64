"""Django's settings.  Everything an operator may change is read in `env.py`."""

import os
from pathlib import Path
from tempfile import gettempdir

from answerback.project import env

#: Where the embedded database lies; commands set it from --data before Django starts.
DATA_DIR = env.data_dir()

SECRET_KEY = env.secret_key()
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
INSTALLED_APPS = ["answerback.desk", "answerback.web", "django.contrib.staticfiles"]
ROOT_URLCONF = "answerback.project.urls"
# The pages are for this machine only (docs/reference/web.md): any other name is DNS rebinding.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
MIDDLEWARE = [
    "answerback.web.headers.Headers",
    "django.middleware.common.CommonMiddleware",  # refuses other hosts
    "answerback.web.refusals.Refusals",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "answerback.web.assets.HashedAssets"}}
# A fault of a page tells its traceback on standard error; a refusal is no fault.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR"}},
}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "answerback.sqlite3",
        # IMMEDIATE, WAL and FULL: no "database is locked", and no committed post lost in a
        # power cut (docs/decisions/0005).
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
        # Tests, too, run on a file: in memory there is no write-ahead log.
        "TEST": {"NAME": Path(gettempdir()) / f"answerback-test-{os.getpid()}.sqlite3"},
    }
}
