"""Django's settings.  Everything an operator may change is read in `env.py`."""

import os
from pathlib import Path

#: Where the embedded database lies; commands set it from --data before Django starts.
DATA_DIR = Path(os.environ.get("ANSWERBACK_HOME", "~/.local/share/answerback")).expanduser()

SECRET_KEY = os.environ.get("ANSWERBACK_SECRET_KEY", "commands-sign-nothing")
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["answerback.desk"]
ROOT_URLCONF = "answerback.project.urls"
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
    }
}
