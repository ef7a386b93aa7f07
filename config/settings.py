"""Settings of the whole site: one file, switched by environment variables, loud when one is wrong.

Nothing needs to be set at home. Variables: DEBUG, SECRET_KEY, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS,
DATABASE_URL, VAR_DIR, HTTPS, NUM_PROXIES, ITEMS_MODEL_URL, ITEMS_MODEL_NAME, ITEMS_MODEL_KEY,
ITEMS_MODEL_SECONDS, LABS_INFERENCE_URL, LABS_INFERENCE_SECRET, LABS_ADAPTER_DIR,
LEARNER_TIME_ZONE, LOG_LEVEL, EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS,
DEFAULT_FROM_EMAIL.
"""

import os
import secrets
import tempfile
from pathlib import Path
from zoneinfo import available_timezones

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var")


def env_flag(name: str, default: bool = False) -> bool:
    """Read a yes/no environment variable; anything but the usual words is an error."""
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
        "": False,
    }
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return words[value.strip().lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    """Read a comma-separated environment variable."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_number(name: str, default: int) -> int:
    """Read a whole number from the environment."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def kept_secret(name: str) -> str:
    """Return the environment's secret, else the one kept in var/, made at the first start (mode 0600)."""
    if value := os.environ.get(name):
        return value
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = VAR_DIR / name.lower()
    if not path.exists() or not path.stat().st_size:
        with tempfile.NamedTemporaryFile("w", dir=VAR_DIR, delete=False) as file:  # mode 0600
            file.write(secrets.token_urlsafe(48))
        path.unlink(missing_ok=True)
        try:
            os.link(file.name, path)  # whole or not at all; the first of two starters wins
        except FileExistsError:
            pass
        finally:
            os.unlink(file.name)
    return path.read_text()


DEBUG = env_flag("DEBUG")
HTTPS = env_flag("HTTPS")
SECRET_KEY = kept_secret("SECRET_KEY")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

INSTALLED_APPS = [
    "config.apps.BankAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "config.apps.TasksConfig",
    "config.apps.ConfigConfig",
    "accounts",
    "qbank",
    "quizzes",
    "labs",
]

MIDDLEWARE = [
    "config.middleware.CompressionMiddleware",
    "config.shared_pages.SharedPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.NullMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.ApiLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.LearnerMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.page",
            ],
        },
    },
]

# Database. SQLite is the default, tuned as docs/design.md tells; DATABASE_URL switches to PostgreSQL.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=27103364;"
    ),
}
if database_url := os.environ.get("DATABASE_URL"):
    try:
        DATABASES = {"default": dj_database_url.parse(database_url)}
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from None
    if DATABASES["default"]["ENGINE"] not in ("django.db.backends.postgresql", "django.db.backends.sqlite3"):
        raise ImproperlyConfigured("DATABASE_URL must name a postgres:// or sqlite:// database.")
else:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "db.sqlite3")}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # Tests use a file, as the site does: threads that share a database in memory lock each other out at once.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Each in memory of its own: what anybody may fill must not push out the limits, which are in the default.
CACHES = {
    name: {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }
    for name, entries in {"default": 50_000, "trivia": 2_000, "sign-ins": 10_000}.items()
}
SHARED_PAGES_BYTES = 0 if DEBUG else 32 * 2**20  # of pages kept in memory by each process; 0 keeps none
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "labs"]}}

# Language: Chinese without a prefix, English under /en/; only / follows the browser (config.views.home).
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.ModuleManifestStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no page elsewhere needs them
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# Accounts
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}"
    for name in ("Argon2PasswordHasher", "PBKDF2PasswordHasher", "ScryptPasswordHasher")
]
LOGIN_URL = "sign-in"
# Mail serves new passwords and new addresses; without EMAIL_HOST none is sent, and the pages say so.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = env_number("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "bank@localhost")
LEARNER_COOKIE_NAME = "learner"
LEARNER_COOKIE_AGE = 2 * 365 * 24 * 3600
LEARNER_TIME_ZONE = os.environ.get("LEARNER_TIME_ZONE") or "Asia/Shanghai"  # of whoever chose none
if LEARNER_TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(
        f"LEARNER_TIME_ZONE must be a name such as Asia/Shanghai, not {LEARNER_TIME_ZONE!r}."
    )

# Safety
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LEARNER_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    },
}

# API
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.LearnerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.PageNumberPagination",
    "PAGE_SIZE": 20,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problem_details",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "600/min"},
    "NUM_PROXIES": env_number("NUM_PROXIES", 0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Runnable Bank API",
    "DESCRIPTION": "Questions, quizzes and live LoRA labs.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "Colour": "labs.model_serializers.COLOUR_NAMES",
        "ItemKind": "quizzes.serializers.KINDS",
    },
}

# Who reads the figures of texts, "[0.95](lab:methods#lora_accuracy)", from the stored runs; "" for nobody.
QBANK_FIGURES = "labs.figures.read_figure"

# Who tells title and address of a lab by its slug, so that its page can be reported; "" for nobody.
QBANK_LABS = "labs.registry.describe_lab"

# Tells how a learner stands with questions, for the search: (learner, ids) → {id: "learning" or "learnt"}.
QBANK_STANDINGS = "quizzes.standing.standings"

# What follows an import of a bank: callables run in its transaction, called with the ids of changed texts.
BANK_IMPORT_HOOKS = ["quizzes.services.sync_authored_items", "quizzes.drafts.withdraw_stale_items"]

# What is called when two learners become one, and when one takes everything away: each app that keeps rows
# of learners has a function in both.
LEARNER_MERGE_HOOKS = [
    "qbank.mistakes.merge_learners",
    "quizzes.merging.merge_learners",
    "quizzes.flaws.merge_learners",
    "labs.learners.merge_learners",
]
LEARNER_EXPORT_HOOKS = [
    "qbank.mistakes.export_learner",
    "quizzes.exports.export_learner",
    "quizzes.flaws.export_learner",
    "labs.learners.export_learner",
]

# Who lists what a learner reported, with the answers.
LEARNER_REPORT_HOOKS = ["qbank.mistakes.own_reports", "quizzes.flaws.own_reports"]

# What follows a mark: callables run in its transaction, called with the rows (AttemptItem) marked.
MARK_HOOKS = ["quizzes.memory.feed_marks"]

# A language model that proposes drafts: any chat endpoint of OpenAI's protocol; off while this is empty.
ITEMS_MODEL_URL = os.environ.get("ITEMS_MODEL_URL", "")  # such as http://127.0.0.1:11434/v1
ITEMS_MODEL_NAME = os.environ.get("ITEMS_MODEL_NAME", "")
ITEMS_MODEL_KEY = os.environ.get("ITEMS_MODEL_KEY", "")
ITEMS_MODEL_SECONDS = env_number("ITEMS_MODEL_SECONDS", 60)

# Labs
LABS_INFERENCE_URL = os.environ.get("LABS_INFERENCE_URL", "http://127.0.0.1:8001")
LABS_INFERENCE_SECRET = kept_secret("LABS_INFERENCE_SECRET")
LABS_ADAPTER_DIR = Path(os.environ.get("LABS_ADAPTER_DIR") or VAR_DIR / "adapters")  # the model reads it too
LABS_RUN_SECONDS = 60
LABS_KEEP_DAYS = 30  # runs and adapters of visitors without an account
LABS_QUEUE_LIMIT = 8
LABS_SITE_LIMIT = 2
LABS_LEASE_SECONDS = 30  # longer than SQLite may keep a writer waiting

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"django.request": {"level": "ERROR"}},  # what a visitor mistypes is no news
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING").upper()},
}
