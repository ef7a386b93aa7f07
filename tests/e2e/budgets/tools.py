"""What the budgets are measured with: a Chromium, Node, and the packages of package-lock.json."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

FOLDER = Path(__file__).resolve().parent
PACKAGES = FOLDER / "node_modules"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
REAL_TIME = ("chrt", "--fifo", "1")
# Nothing beyond this machine can be reached, and nothing tries to: no page may need another host.
FLAGS = ["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


@dataclass(frozen=True)
class Tools:
    """Where they are."""

    chromium: str
    node: str

    @property
    def flags(self) -> list[str]:
        """Return the arguments of the browser; as root it has no sandbox."""
        return flags()

    @property
    def axe(self) -> str:
        """Return the source of axe."""
        return (PACKAGES / "axe-core" / "axe.min.js").read_text()


def flags() -> list[str]:
    """Return the arguments of the browser; as root it has no sandbox."""
    return [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def undisturbed() -> list[str]:
    """Return the arguments by which pages are made in real-time scheduling, none where that is not allowed.

    Lighthouse multiplies the time of a task by four, and with it what the task waited for a core.
    """
    allowed = (
        os.geteuid() == 0
        and shutil.which(REAL_TIME[0])
        and subprocess.run([*REAL_TIME, "true"], capture_output=True, check=False).returncode == 0
    )
    return [f"--renderer-cmd-prefix={' '.join(REAL_TIME)}"] if allowed else []


def find_chromium() -> str:
    """Return where Chromium is; without one leave with the reason."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return found or leave("Chromium is not on this machine (Debian: apt install chromium)")


def find_tools() -> Tools:
    """Return the tools, with the packages installed; where one is missing leave with the reason."""
    chromium = find_chromium()
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        leave("Node with npm is not on this machine (Debian: apt install nodejs npm)")
    install_packages(npm)
    return Tools(chromium, node)


def install_packages(npm: str) -> None:
    """Install what package-lock.json names, unless that was done."""
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = PACKAGES / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("Installing Lighthouse and axe (once) …", flush=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    done = subprocess.run(command, cwd=FOLDER, check=False)
    if done.returncode:
        leave("the packages could not be installed (see above)")
    stamp.write_text(lock)


def leave(reason: str) -> NoReturn:
    """End without measuring: well at home, badly where everything was promised."""
    if os.environ.get("REQUIRE_ALL"):
        sys.exit(f"{reason}, and REQUIRE_ALL promises it")
    print(f"Nothing was done: {reason}")
    sys.exit(0)
