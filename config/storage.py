"""Storage of static files: small sheets, hashed names, compressed twins, imports rewritten."""

from django.core.files.base import ContentFile, File
from rcssmin import cssmin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Minify style sheets, hash file names, rewrite imports of ES modules to the hashed names."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        """Keep a style sheet without its comments and spaces."""
        if name.endswith(".css"):
            content.seek(0)
            content = ContentFile(cssmin(content.read().decode()).encode())
        return str(super()._save(name, content))
