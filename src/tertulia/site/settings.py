"""Settings of an installation. What changes between installations comes from the environment; the rest is here."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tertulia.kit import database, secrets

ROOT = Path(__file__).resolve().parent.parent
DEBUG = os.environ.get("TERTULIA_DEBUG", "") == "1"
SECRET_KEY = secrets.key("django")
ALLOWED_HOSTS = os.environ.get("TERTULIA_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = list(filter(None, os.environ.get("TERTULIA_ORIGINS", "").split(",")))
PUBLIC_URL = os.environ.get("TERTULIA_URL", "http://127.0.0.1:8700").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "tertulia.kit",
    "tertulia.journal",
    "tertulia.brands",
    "tertulia.people",
    "tertulia.strategy",
    "tertulia.notices",
    "tertulia.channels",
    "tertulia.outbox",
    "tertulia.inbox",
    "tertulia.publishing",
    "tertulia.triage",
    "tertulia.moderation",
    "tertulia.handoffs",
    "tertulia.reports",
    "tertulia.plaza",
    "tertulia.site",
]

MIDDLEWARE = [
    "tertulia.site.middleware.DatabaseAway",
    "django.middleware.security.SecurityMiddleware",
    "tertulia.site.middleware.content_security",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tertulia.site.middleware.member_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tertulia.site.urls"
ASGI_APPLICATION = "tertulia.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tertulia.site.context.frame",
            ],
        },
    }
]

DATABASES = {"default": database.settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "brands.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tertulia.site.sign_in.Adapter"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tertulia"

# smtp://user:password@host:port (STARTTLS) or smtps://… (TLS from the start); without it, mails are written to the log
_mail = urlsplit(os.environ.get("TERTULIA_SMTP", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.hostname else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or (465 if _mail.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and bool(_mail.username)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("TERTULIA_FROM", "tertulia@localhost")

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
#: Where the networks keep their marks, for the design system to show.
KIT_LOGOS = ROOT / "networks"
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Madrid"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
X_FRAME_OPTIONS = "DENY"

#: The plaza's control panel and API (make neighbours, break the network): for demos, tests and rehearsals.
TERTULIA_PLAZA_CONTROL = os.environ.get("TERTULIA_PLAZA_CONTROL", "") == "1"

#: Each part declares its jobs and watches where it reacts.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "reactions"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TERTULIA_LOG", "WARNING")},
    # they write addresses and headers down, and some networks want their keys there
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}
