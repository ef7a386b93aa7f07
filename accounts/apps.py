"""The learner."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Learners")

    def ready(self) -> None:
        """Register what describes our authentication in the API's schema."""
        import accounts.schema  # noqa: F401
