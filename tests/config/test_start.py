"""How an installation starts, also when an earlier start was cut off."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

PATIENCE = 60.0


def manage(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an administrative command with its state in `var`."""
    variables = {key: value for key, value in os.environ.items() if key not in ("SECRET_KEY", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**variables, "VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_secret_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    var = tmp_path / "var"
    secrets = []
    for _ in range(2):
        assert manage(var, "check").returncode == 0
        secrets.append((var / "secret_key").read_text())
    assert secrets[0] == secrets[1]
    assert len(secrets[0]) > 40
    assert (var / "secret_key").stat().st_mode & 0o777 == 0o600


def test_an_empty_secret_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "labs_inference_secret").touch()
    (tmp_path / "secret_key").touch()
    assert manage(tmp_path, "check").returncode == 0
    assert (tmp_path / "secret_key").read_text()
    assert (tmp_path / "labs_inference_secret").read_text()


def test_prepare_does_its_work_once_and_survives_a_cut_off_note(tmp_path: Path) -> None:
    first = manage(tmp_path, "prepare")
    assert first.returncode == 0, first.stderr
    texts = len([path for path in (ROOT / "content").rglob("*.md") if path.name != "README.md"])
    assert f"{texts} added" in first.stdout
    assert manage(tmp_path, "prepare").stdout == ""
    (tmp_path / "prepared.json").write_text('{"static": "12')
    again = manage(tmp_path, "prepare")
    assert again.returncode == 0, again.stderr
    assert "no change" in again.stdout


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", "perhaps", "DEBUG must be 1 or 0"),
        ("NUM_PROXIES", "-1", "NUM_PROXIES must be a whole number"),
        ("DATABASE_URL", "mysql://root@127.0.0.1/test", "DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode != 0
    assert words in done.stderr


def test_the_production_profile_passes_the_deploy_check(tmp_path: Path) -> None:
    done = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", HTTPS="1", ALLOWED_HOSTS="example.org"
    )
    assert done.returncode == 0, done.stderr


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(port: int, wanted: bool) -> None:
    deadline = time.monotonic() + PATIENCE
    while listens(port) != wanted:
        assert time.monotonic() < deadline, f"port {port} is {'silent' if wanted else 'still served'}"
        time.sleep(0.1)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_however_serve_ends_its_processes_end_with_it(tmp_path: Path, end: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
        env={**os.environ, "VAR_DIR": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(port, True)
        process.send_signal(end)
        process.wait(PATIENCE)
        wait_until(port, False)
    finally:
        process.kill()
        process.wait()


def test_a_busy_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = manage(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: Port")
    assert f"make run PORT={port + 1}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
