"""Run the whole site at home: web, lab runner and inference process, ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

GRACE_SECONDS = 5.0
WEB_FIRST_SECONDS = 10.0
LONGEST_WAIT = 60.0
HEALTHY_SECONDS = 60.0


# Runs a module as `python -m` does, and ends the process when the other end of its standard input is gone.
UNDER_PARENT = """
import os, runpy, signal, sys, threading, warnings
def watch():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=watch, daemon=True).start()
# WhiteNoise sends files from a thread in one piece, which Django under ASGI warns of.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume")
del sys.argv[0]
sys.path.insert(0, os.getcwd())
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@dataclass
class Child:
    """One process of the site."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def start(self, environment: dict[str, str]) -> None:
        """Start in a session of its own, so that one Ctrl-C reaches it through us, once."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", UNDER_PARENT, *self.command],
            env=environment,
            stdin=subprocess.PIPE,  # closed by the system when we end, however we end
            cwd=settings.BASE_DIR,
            start_new_session=True,
        )
        self.started = time.monotonic()

    def ended(self) -> bool:
        """Tell whether it was started and runs no longer."""
        return self.process is not None and self.process.poll() is not None


def free_port(host: str) -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(host: str, port: int) -> None:
    """Raise CommandError when the port is taken, with what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}): "
                f"choose another one, for example `make run PORT={port + 1}`."
            ) from None


def read_port(text: str) -> int:
    """Return the port, or raise CommandError."""
    port = int(text) if text.isdecimal() else 0
    if not 0 < port < 65536:
        raise CommandError(f"PORT must be between 1 and 65535, not {text!r}.")
    return port


def site_processes(host: str, port: int, inference_port: int) -> list[Child]:
    """Return the three processes, the web process first."""
    uvicorn = ["uvicorn", "--no-access-log", "--log-level", "warning", "--no-server-header"]
    web = [*uvicorn, "--lifespan", "off", "--host", host, "--port", str(port), "config.asgi:application"]
    return [
        Child("web", web),
        Child("inference", [*uvicorn, "--port", str(inference_port), "labs.inference:application"]),
        Child("runner", ["manage", "run_labs"]),
    ]


class Command(BaseCommand):
    """Start and supervise the processes; end them all on Ctrl-C."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--prepare", action="store_true", help="run `prepare` first")

    def handle(self, *args: object, host: str, prepare: bool, **options: str) -> None:
        port = read_port(options["port"])
        require_free(host, port)
        if prepare:
            call_command("prepare", stdout=self.stdout)
        inference_port = free_port("127.0.0.1")
        environment = {
            **os.environ,
            "LABS_INFERENCE_URL": f"http://127.0.0.1:{inference_port}",
            "LABS_INFERENCE_SECRET": settings.LABS_INFERENCE_SECRET,
            "OMP_NUM_THREADS": "1",
        }
        self.children = site_processes(host, port, inference_port)
        self.stopping = False
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(name, self.stop)
        self.stdout.write(f"http://{host}:{port}/  (Ctrl-C ends everything)")
        self.stdout.flush()
        try:
            web, *labs = self.children
            web.start(environment)
            self.await_port(web, host, port)
            for child in labs:
                child.start(environment)
            self.supervise(environment)
        finally:
            self.end_all()

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Note the wish to end."""
        self.stopping = True

    def await_port(self, web: Child, host: str, port: int) -> None:
        """Give the web process both cores until it listens: torch's import would hold up the first page."""
        deadline = time.monotonic() + WEB_FIRST_SECONDS
        while not (self.stopping or web.ended()) and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((host, port)) == 0:
                    return
            time.sleep(0.05)

    def supervise(self, environment: dict[str, str]) -> None:
        """Wait; restart a lab process that ended, give up when the web process ended."""
        while not self.stopping:
            for child in self.children:
                if child.ended():
                    self.revive(child, environment)
            time.sleep(0.2)

    def revive(self, child: Child, environment: dict[str, str]) -> None:
        """Start an ended lab process again, slower each time; the site cannot do without its web process."""
        assert child.process is not None
        code = child.process.returncode
        if child.name == "web":
            raise CommandError(f"The {child.name} process ended with exit status {code}.")
        if not child.not_before:
            healthy = time.monotonic() - child.started > HEALTHY_SECONDS
            child.failures = 0 if healthy else child.failures + 1
            wait = min(2.0**child.failures, LONGEST_WAIT)
            self.stderr.write(
                f"The {child.name} process ended with exit status {code}; again in {wait:.0f} s."
            )
            child.not_before = time.monotonic() + wait
        elif time.monotonic() >= child.not_before:
            child.not_before = 0.0
            child.start(environment)

    def end_all(self) -> None:
        """Ask every process to end, then make it."""
        running = [c.process for c in self.children if c.process is not None and c.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
