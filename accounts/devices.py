"""Say in a few words by which browser, on what, and from about where a request came."""

from __future__ import annotations

import ipaddress

UNKNOWN = ""
# The first mark found decides: browsers and systems name others, too, to be let in.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
LONGEST = 40


def name_device(agent: str) -> str:
    """Return browser and system of a User-Agent, such as "Firefox · Windows"; else its first word."""
    found = [next((name for mark, name in marks if mark in agent), UNKNOWN) for marks in (BROWSERS, SYSTEMS)]
    named = " · ".join(name for name in found if name)
    return named or agent.partition("/")[0].strip()[:LONGEST]


def shorten_address(address: str) -> str:
    """Return the net that an address is in (IPv4: /24, IPv6: /48): enough to know one's own again."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    net = ipaddress.ip_network((mapped, 24 if mapped.version == 4 else 48), strict=False)
    return f"{str(net.network_address).removesuffix('.0')}.*" if mapped.version == 4 else str(net)
