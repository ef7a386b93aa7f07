"""Storage of static files: hashed names, compressed twins, imports between ES modules rewritten."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hash file names and rewrite the relative imports of ES modules to the hashed names."""

    support_js_module_import_aggregation = True
