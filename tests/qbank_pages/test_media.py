"""What is served from the folder of pictures, and what is not."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "ab").mkdir(parents=True)
    (settings.MEDIA_ROOT / "ab" / "cd.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (settings.MEDIA_ROOT / "weights.safetensors").write_text("numbers")
    (tmp_path / "secret.svg").write_text("secret")
    (settings.MEDIA_ROOT / "link.svg").symlink_to(tmp_path / "secret.svg")
    return tmp_path


def test_a_picture_is_kept_for_ever_and_cannot_run_anything(client: Client, folder: Path) -> None:
    response = client.get("/media/ab/cd.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "immutable" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert b"".join(response.streaming_content) == (folder / "media/ab/cd.svg").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "../secret.svg",
        "ab/../../secret.svg",
        "%2e%2e/secret.svg",
        "..%2fsecret.svg",
        "/etc/passwd",
        "link.svg",
        "weights.safetensors",
        "ab",
        "ab/",
        "none.svg",
        "ab/cd.svg%00",
        "%00.svg",
        "a" * 300 + ".svg",
    ],
)
@pytest.mark.usefixtures("folder", "db")
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.usefixtures("folder")
def test_a_picture_is_not_written(client: Client) -> None:
    assert client.post("/media/ab/cd.svg").status_code == 405
