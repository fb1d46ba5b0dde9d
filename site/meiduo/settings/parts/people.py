"""Users, passwords, tokens."""

from datetime import timedelta

from meiduo.env import env
from meiduo.settings.parts.secrets import JWT_SECRET_KEY

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

NINJA_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SECRET_KEY,
    "ISSUER": "meiduo-mall",
    "AUDIENCE": "meiduo-shop",
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "USER_ID_FIELD": "pk",
    "USER_ID_CLAIM": "user_id",
}

#: Seconds during which the refresh token just replaced is refused without ending its login: two tabs
#: of one browser may ask at once, and neither is a thief.
REFRESH_GRACE = 10
#: A login by code with an unknown mobile makes an account.
SMS_LOGIN_SIGNS_UP = env().sms_login_signs_up

#: Requests per client address: (how many, in how many seconds).
ADDRESS_LIMITS = {
    "image_codes": (60, 60),
    "counts": (60, 60),
    "export": (10, 3600),
    "code_checks": (60, 600),
    "lost_password": (30, 3600),
    "refresh": (120, 60),
}

# django-axes guards the back office's form alone; the shop API has its own limits.
AXES_ONLY_ADMIN_SITE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "kernel.network.client_ip"
AXES_LOCKOUT_TEMPLATE = "accounts/admin_locked.html"
AXES_HTTP_RESPONSE_CODE = 429
# What was typed into the password field of the wrong form is nobody's business.
AXES_SENSITIVE_PARAMETERS = ["username", "password", "csrfmiddlewaretoken"]
