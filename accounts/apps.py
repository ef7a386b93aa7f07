"""The learner."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register what describes our authentication in the API's schema."""
        import accounts.schema  # noqa: F401
