"""Pictures by their bytes."""

import struct
import zlib

import pytest

from qbank.core.pictures import PictureError, PictureFacts, read_picture

SVG = b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg" %s>%s</svg>'


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (png(640, 480), PictureFacts("png", 640, 480)),
        (b"GIF89a" + struct.pack("<HH", 3, 4), PictureFacts("gif", 3, 4)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 20, 30) + b"\x00" * 9,
            PictureFacts("jpg", 30, 20),
        ),
        (
            b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x09\x00\x00\x13\x00\x00",
            PictureFacts("webp", 10, 20),
        ),
        (SVG % (b'width="620" height="230"', b""), PictureFacts("svg", 620, 230)),
        (SVG % (b'viewBox="0 0 62.4 23"', b""), PictureFacts("svg", 62, 23)),
        (SVG % (b'width="100%" viewBox="0 0 7 8"', b'<a href="#x"/>'), PictureFacts("svg", None, None)),
    ],
)
def test_kind_and_size_are_read(data: bytes, facts: PictureFacts) -> None:
    if facts.width is None:
        assert read_picture(data).extension == facts.extension
    else:
        assert read_picture(data) == facts


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00",
        SVG % (b"", b"<script>alert(1)</script>"),
        SVG % (b'onload="alert(1)"', b""),
        SVG % (b"", b"<foreignObject/>"),
        SVG % (b"", b'<image href="https://evil.example/x.png"/>'),
        SVG % (b"", b'<a xlink:href="javascript:alert(1)"/>'),
        SVG % (b"", b'<style>@import "//evil.example"</style>'),
        b"x" * (10 * 1024 * 1024 + 1),
    ],
)
def test_what_is_no_safe_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError):
        read_picture(data)
