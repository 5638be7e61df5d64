"""Django's settings.  Everything an operator may change is read in `env.py`."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from answerback.project import databases, env

#: Where the embedded database lies; commands set it from --data before Django starts.
DATA_DIR = env.data_dir()

SECRET_KEY = env.secret_key()
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
INSTALLED_APPS = [
    "answerback.desk",
    "answerback.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's pages of passkeys ask for it
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
ROOT_URLCONF = "answerback.project.urls"
ASGI_APPLICATION = "answerback.project.asgi.application"
MIDDLEWARE = [
    "answerback.web.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",  # refuses other hosts
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "answerback.web.forwarded.Forwarded",
    "answerback.web.zone.Zone",
    "answerback.web.access.Access",  # no page without a policy
    "answerback.web.refusals.Refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "answerback.web.shell.shell",
            ]
        },
    }
]
#: The invented brand: pages may not import this room, so they are told where it lies.
SAMPLE_BRAND = Path(__file__).parent / "acme"
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "answerback.web.assets.HashedAssets"}}

# ------------------------------------------------------------------- who may come in (ADR 0023)

AUTH_USER_MODEL = "desk.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_RULES = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_RULES}UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["handle", "name", "email"]},
    },
    {"NAME": f"{_RULES}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_RULES}CommonPasswordValidator"},
    {"NAME": f"{_RULES}NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "inbox"
ACCOUNT_ADAPTER = "answerback.web.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "answerback.web.forms.door.SignIn",
    "reauthenticate": "answerback.web.forms.door.AgainTheOwner",
    "change_password": "answerback.web.forms.door.AnotherPassword",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
# Throttling by name or address lets a stranger lock people out: answerback.web.accounts counts
# wrong passwords by browser instead.  What is left here limits one-time codes, which only
# somebody who knows the password can try.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key", "login": None}
MFA_RATE_LIMITS = {"webauthn_login": None}  # a passkey is no guess, and always gets through
MFA_ADAPTER = "answerback.web.accounts.SecondSteps"
MFA_FORMS = {"authenticate": "answerback.web.forms.door.SecondStep"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Answerback"
USERSESSIONS_TRACK_ACTIVITY = False

# ------------------------------------------------------------------------- where the pages are

_URL = env.public_url()
_SECURE = _URL is not None and _URL.startswith("https://")
# Without a public address the pages are for this machine only: any other name is DNS rebinding.
ALLOWED_HOSTS = [*env.LOCAL_HOSTS, *([urlsplit(_URL).hostname or ""] if _URL else [])]
CSRF_TRUSTED_ORIGINS = [_URL] if _URL else []
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _URL is None  # browsers trust http://localhost likewise
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # a shift
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True  # the pages carry the token themselves
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
if _SECURE:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if env.behind_proxy():
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the last address in X-Forwarded-For is the proxy's word
#: Inside addresses that the guard of outgoing connections lets through.
REACH = env.reach()
#: Where the keys that seal accounts' secrets are kept elsewhere than in the data folder.
ACCOUNT_KEYS = env.account_keys()
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
#: Every page is as if it were this moment (`serve --at`); None: the clock's.
PRETENDED_AT = None
#: Replies go to the fake network, whatever channel they are for.
REHEARSAL = env.rehearsal()

# A fault of a page tells its traceback on standard error; a refusal is no fault.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR"},
        # These write what they send, tokens among it, whoever turns on more of the log.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "websockets": {"level": "WARNING"},
    },
}
DATABASES = {"default": databases.configured(DATA_DIR)}
