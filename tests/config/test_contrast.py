"""Contrast by computation over the tokens of the sheets: text 7 : 1 (AAA), what bounds a control 3 : 1."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
SITE = (CSS / "site.css").read_text()
LABS = (CSS / "labs.css").read_text()
ADMIN = (CSS / "admin.css").read_text()
TEXT, CONTROL = 7.0, 3.0
TEXTS = ("ink", "ink-2", "ink-3", "run", "pen")
GROUNDS = ("paper", "sheet", "grid")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *(("ink", ground) for ground in ("grid-line", "run-soft", "pen-soft")),
    *(("ink-2", ground) for ground in ("grid-line", "run-soft", "pen-soft")),
    *(("pen", "pen-soft"), ("on-run", "run"), ("paper", "ink"), ("paper", "ink-2")),
]
Colour = tuple[float, float, float]


def linear(code: str) -> Colour:
    """Return linear red, green and blue (0 to 1) of #rgb or #rrggbb."""
    digits = code.removeprefix("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    values = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of WCAG between two linear colours, 1 to 21."""
    high, low = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def to_oklab(colour: Colour) -> Colour:
    """Turn linear RGB into Oklab (https://bottosson.github.io/posts/oklab/)."""
    r, g, b = colour
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    middle = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def from_oklab(colour: Colour) -> Colour:
    """Turn Oklab into linear RGB."""
    bright, a, b = colour
    long = (bright + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (bright - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (bright - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def mix(one: Colour, share: float, other: Colour) -> Colour:
    """Do what color-mix(in oklab, one share, other) does."""
    pairs = zip(to_oklab(one), to_oklab(other), strict=True)
    bright, a, b = (share * x + (1 - share) * y for x, y in pairs)
    return from_oklab((bright, a, b))


def tokens() -> dict[str, dict[str, Colour]]:
    """Read the colours of both schemes from the sheet of every page."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", SITE)
    return {
        "light": {name: linear(light) for name, light, _ in found},
        "dark": {name: linear(dark) for name, _, dark in found},
    }


def tones(colours: dict[str, Colour]) -> dict[str, Colour]:
    """Compute the ground of each tone of a heat map with numbers in its cells."""
    shares = {}
    for selector, body in re.findall(r"([^{}]+)\{ (--[vh][^}]*) \}", LABS):
        if not selector.strip().startswith((".cells", "@")):
            for tone in re.findall(r"\.([vn]\d)", selector):
                shares.setdefault(tone, {}).update(
                    dict(re.findall(r"--(v|hue): ([^;]+?)(?:;|$)", body.strip()))
                )
    grounds = {}
    for tone, said in shares.items():
        hue = colours["ink" if tone.startswith("n") else "run"]
        if further := re.search(r"var\(--run\) (\d+)%, var\(--ink\)", said.get("hue", "")):
            hue = mix(colours["run"], int(further[1]) / 100, colours["ink"])
        grounds[tone] = mix(hue, int(said["v"].rstrip("%")) / 100, colours["paper"])
    return grounds


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_at_seven_to_one(scheme: str, text: str, ground: str) -> None:
    colours = tokens()[scheme]
    assert contrast(colours[text], colours[ground]) >= TEXT


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_what_bounds_a_control_stands_out_at_three_to_one(scheme: str, ground: str) -> None:
    colours = tokens()[scheme]
    for name in ("edge", "ink", "run", "pen"):
        assert contrast(colours[name], colours[ground]) >= CONTROL, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_number_in_each_cell_of_a_heat_map_can_be_read(scheme: str) -> None:
    colours = tokens()[scheme]
    grounds = tones(colours)
    assert set(grounds) == {f"{hue}{level}" for hue in "vn" for level in range(10)}
    for tone, ground in grounds.items():
        deep = "on-run" if tone.startswith("v") else "paper"
        text = colours["ink" if int(tone[1]) < 6 else deep]
        assert contrast(text, ground) >= TEXT, tone


def test_browsers_without_light_dark_get_the_light_colours() -> None:
    fallback = SITE[SITE.index("@supports not (color: light-dark") :].partition("\n}")[0]
    plain = {name: linear(code) for name, code in re.findall(r"--([\w-]+): (#\w+)", fallback)}
    assert plain == tokens()["light"]


def test_the_admin_has_the_colours_of_the_site() -> None:
    own = {code for codes in re.findall(r"light-dark\((#\w+), (#\w+)\)", SITE) for code in codes}
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", ADMIN)) - {"#fff", "#000"} <= own
