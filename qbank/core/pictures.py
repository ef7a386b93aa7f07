"""Look at a picture's bytes: what it is, how large, and whether it is safe to serve."""

import re
import struct
from dataclasses import dataclass

LARGEST_PICTURE = 10 * 1024 * 1024  # bytes
LONGEST_SIDE = 100_000  # pixels
_UNSAFE_SVG = re.compile(
    rb"<\s*(?:script|foreignObject|iframe|embed|object|handler)\b|\son\w+\s*=|javascript:|<!ENTITY|@import"
    rb"|(?:href|src)\s*=\s*[\"']\s*(?!#|data:image/(?:png|jpe?g|gif|webp);)|url\(\s*[\"']?(?!\s*[\"']?#)",
    re.IGNORECASE,
)
_NUMBER = rb"([0-9]{1,9}(?:\.[0-9]+)?)"


class PictureError(ValueError):
    """Tell why bytes are not a picture that can be shown."""


@dataclass(frozen=True)
class PictureFacts:
    """What a picture is: the ending of its name, and its size in pixels where the file tells."""

    extension: str
    width: int | None
    height: int | None


def read_picture(data: bytes) -> PictureFacts:
    """Recognise PNG, JPEG, GIF, WebP and SVG by their bytes, never by their name. Raises PictureError."""
    if len(data) > LARGEST_PICTURE:
        raise PictureError(
            f"it has {len(data) / 1024 / 1024:.1f} MB, at most {LARGEST_PICTURE // 1024 // 1024}"
        )
    facts = _facts(data)
    if max(facts.width or 0, facts.height or 0) > LONGEST_SIDE:
        raise PictureError(f"it is {facts.width} by {facts.height} pixels large")
    return facts


def _facts(data: bytes) -> PictureFacts:
    """Tell what the bytes are and what their header says."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return PictureFacts("png", *struct.unpack(">II", data[16:24]))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            return PictureFacts("gif", *struct.unpack("<HH", data[6:10]))
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        raise PictureError("its header is cut off") from None
    if re.match(
        rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<svg[\s>]",
        data[:4096],
        re.DOTALL,
    ):
        return _svg(data)
    raise PictureError("it is not a PNG, JPEG, GIF, WebP or SVG")


def _jpeg(data: bytes) -> PictureFacts:
    """Walk the segments to the frame header."""
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return PictureFacts("jpg", width, height)
        place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
    return PictureFacts("jpg", None, None)


def _webp(data: bytes) -> PictureFacts:
    """Read the size of the three kinds of WebP."""
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[i : i + 3], "little") + 1 for i in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (n & 0x3FFF for n in struct.unpack("<HH", data[26:30]))
    else:
        raise PictureError("it is a WebP of an unknown kind")
    return PictureFacts("webp", width, height)


def _svg(data: bytes) -> PictureFacts:
    """Refuse what could run or load something; read width and height, else the view box."""
    if unsafe := _UNSAFE_SVG.search(data):
        what = unsafe[0].decode("utf-8", "replace").strip()[:40]
        raise PictureError(f"it holds {what!r}, which could run or load something")
    root = re.search(rb"<svg\b[^>]*>", data, re.DOTALL)
    if root is None:
        raise PictureError("its <svg> is not closed")
    sizes = [
        re.search(rb"\s%s\s*=\s*[\"']%s(?:px)?[\"']" % (name, _NUMBER), root[0])
        for name in (b"width", b"height")
    ]
    if all(sizes):
        width, height = (float(size[1]) for size in sizes if size)
        return PictureFacts("svg", round(width), round(height))
    if box := re.search(
        rb"\sviewBox\s*=\s*[\"']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+%s[\s,]+%s" % (_NUMBER, _NUMBER), root[0]
    ):
        return PictureFacts("svg", round(float(box[1])), round(float(box[2])))
    return PictureFacts("svg", None, None)
