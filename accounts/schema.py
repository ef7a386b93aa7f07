"""How the API's schema names the way in: the session's or the learner's cookie."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class LearnerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describe accounts.authentication.LearnerAuthentication."""

    target_class = "accounts.authentication.LearnerAuthentication"
    name = "learner"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Name the cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "learner",
            "description": "A signed cookie, given with the first write and sent with every later one. "
            "Writes that a browser sends from another site are refused.",
        }
