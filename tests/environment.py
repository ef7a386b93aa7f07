"""Loaded before the settings: tests keep their state in a folder of their own, never in var/."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="runnable-bank-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.mkdir(os.path.join(_folder, "static"))  # WhiteNoise warns when it is not there
os.environ["VAR_DIR"] = _folder
os.environ.setdefault("SECRET_KEY", "only for tests " * 4)
os.environ.pop("HTTPS", None)
