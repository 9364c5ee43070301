"""What Django, allauth and axes are told of signing in; the numbers are `access.yaml`'s.

`SUIXIN_ORIGIN` is the address that people type, such as https://loans.example.cn; behind it stands
a proxy that ends TLS, and `SUIXIN_PROXIES` says how many. Without it only this machine is served.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.functional import SimpleLazyObject

from suixin.kernel.policy import load_policy
from suixin.service.faults import EnvironmentFault
from suixin.service.home import usual_home
from suixin.service.identity.secret import older_secrets, read_secret

_HERE: Final = ["localhost", "127.0.0.1", "[::1]"]
_YEAR: Final = 365 * 24 * 3600
_VALIDATORS: Final = "django.contrib.auth.password_validation"


def sign_in_settings(day: date) -> dict[str, Any]:
    """The settings as of a day; raises `EnvironmentFault` ORIGIN."""
    policy = load_policy("access").on(day)
    return {
        # Read when first used, so that a command which signs nothing needs no secret.
        "SECRET_KEY": SimpleLazyObject(lambda: read_secret(usual_home())[0]),
        "SECRET_KEY_FALLBACKS": older_secrets(usual_home()),
        **_of_origin(os.environ.get("SUIXIN_ORIGIN", "")),
        # No library is needed for it, and guessing costs memory.
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
            {
                "NAME": f"{_VALIDATORS}.MinimumLengthValidator",
                "OPTIONS": {"min_length": policy["password.length"]},
            },
            {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
            {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
        ],
        "SESSION_COOKIE_AGE": policy["session.length"] * 60,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_NAME": "suixin_session",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "suixin_csrf",
        "SESSION_IDLE": timedelta(minutes=policy["session.idle"]),
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        # What is counted is counted over all processes, and outlives them.
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "cache",
            }
        },
        **_of_allauth(),
        **_of_axes(policy["lockout.failures"], policy["lockout.rest"]),
    }


def _of_origin(origin: str) -> dict[str, Any]:
    if not origin:
        return {"ALLOWED_HOSTS": _HERE}
    told = urlsplit(origin)
    if told.scheme not in {"http", "https"} or not told.hostname or told.path.strip("/"):
        wrong = f"SUIXIN_ORIGIN is {origin!r}, which is no origin."
        raise EnvironmentFault("ORIGIN", wrong, "Write https://loans.example.cn.")
    found: dict[str, Any] = {
        "ALLOWED_HOSTS": [told.hostname, *_HERE],
        "CSRF_TRUSTED_ORIGINS": [f"{told.scheme}://{told.netloc}"],
    }
    if told.scheme == "https":
        found |= {
            "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
            "SECURE_HSTS_SECONDS": _YEAR,
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
            "SESSION_COOKIE_SECURE": True,
            "CSRF_COOKIE_SECURE": True,
            "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https",
            "ALLAUTH_TRUSTED_PROXY_COUNT": _proxies(),
        }
    return found


def _proxies() -> int:
    told = os.environ.get("SUIXIN_PROXIES", "1")
    if not told.isdecimal():
        wrong = f"SUIXIN_PROXIES is {told!r}, which is no number of proxies."
        raise EnvironmentFault("ORIGIN", wrong, "Write 1 for one proxy before the service.")
    return int(told)


def _of_allauth() -> dict[str, Any]:
    return {
        "ACCOUNT_ADAPTER": "suixin.service.identity.adapters.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_PRESERVE_USERNAME_CASING": False,
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": True,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "MFA_ADAPTER": "suixin.service.identity.adapters.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
        "MFA_TOTP_ISSUER": "Suixin",
        # A telephone's clock that is half a minute off still signs in.
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    }


def _of_axes(failures: int, rest: int) -> dict[str, Any]:
    return {
        # By name and address together: by the name alone anybody could lock out anybody.
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_FAILURE_LIMIT": failures,
        "AXES_COOLOFF_TIME": timedelta(minutes=rest),
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,
        "AXES_LOCKOUT_TEMPLATE": "identity/locked.html",
        "AXES_ENABLE_ADMIN": False,
        "AXES_VERBOSE": False,
        "AXES_CLIENT_IP_CALLABLE": "suixin.service.identity.adapters.address_of",
        "AXES_SENSITIVE_PARAMETERS": ["username", "ip_address"],
    }
