"""The port that a service listens on by default, where an author gives the registered one: which is it?"""

import random
import re
from collections.abc import Iterator
from decimal import Decimal

from quizzes.core.generation.drafts import Candidate
from quizzes.core.generation.material import Material, Text
from quizzes.core.generation.phrases import say
from quizzes.core.items import Numeric
from quizzes.core.passages import Span, plain

NAME = "port"
VERSION = 1
PORTS = {  # IANA, Service Name and Transport Protocol Port Number Registry; the servers' own manuals
    "SSH": 22,
    "Telnet": 23,
    "SMTP": 25,
    "DNS": 53,
    "TFTP": 69,
    "HTTP": 80,
    "POP3": 110,
    "NTP": 123,
    "IMAP": 143,
    "LDAP": 389,
    "HTTPS": 443,
    "MySQL": 3306,
    "RDP": 3389,
    "PostgreSQL": 5432,
    "RabbitMQ": 5672,
    "Redis": 6379,
    "Kafka": 9092,
    "Memcached": 11211,
    "MongoDB": 27017,
}
SAYS = re.compile(r"\bports?\b|端口", re.IGNORECASE)
FILTERS = ()


def propose(material: Material, rng: random.Random) -> Iterator[Candidate]:
    """Yield each service once, from the first line that names it, its port and the word."""
    seen: set[str] = set()
    for text in material.texts:
        start = 0
        for number, line in enumerate(text.answer.splitlines(keepends=True), 1):
            if SAYS.search(line) or (SAYS.search(text.title) and line.count("|") < 8):
                for name, port in PORTS.items():
                    if name not in seen and _stands(line, name, port):
                        seen.add(name)
                        yield _candidate(text, Span(start, start + len(line.rstrip()), number), name, port)
            start += len(line)


def _stands(line: str, name: str, port: int) -> bool:
    """Tell whether a line gives a service its port, no other service or number between them."""
    service = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    between = r"[^.。;；\dA-Z]{0,30}?"
    return bool(
        re.search(
            rf"{service}{between}(?<!\d){port}(?!\d)|(?<!\d){port}(?!\d)[^.。;；\dA-Z]{{0,12}}?{service}",
            line,
        )
    )


def service_of(line: str, port: str) -> str:
    """Return the service whose registered port a line gives, "" for none."""
    return next((n for n, number in PORTS.items() if str(number) == port and _stands(line, n, number)), "")


def _candidate(text: Text, span: Span, name: str, port: int) -> Candidate:
    chinese = text.chinese
    asked = say("port", chinese=chinese, service=name)
    why = say("because", chinese=chinese, source=plain(text.answer[span.start : span.end]))
    item = Numeric(slug=NAME, stem=asked, rationale=why, key=Decimal(port))
    return Candidate(item, text, span, asked, f"{name}:{port}", str(port))
