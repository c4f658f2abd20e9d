SECRET_KEY = "of no importance"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "live", "HOST": "live.example.com"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
