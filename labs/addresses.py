"""The network address of who asks, as far as it can be believed."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import cast

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

HOUSEHOLD = 64  # bits of an IPv6 address that one customer cannot change at will


def client_address(request: HttpRequest) -> str:
    """Return the address that connects; the one before the proxies if NUM_PROXIES counts them."""
    if api_settings.NUM_PROXIES is None:  # DRF would believe any X-Forwarded-For
        return str(request.META.get("REMOTE_ADDR", ""))
    return str(BaseThrottle().get_ident(cast("Request", request)))


def address_key(request: HttpRequest) -> str:
    """Return a keyed hash of the address; those of one IPv6 network share it."""
    address = client_address(request)
    try:
        if isinstance(ip_address(address), IPv6Address):
            address = str(ip_network((address, HOUSEHOLD), strict=False))
    except ValueError:
        pass  # a Unix socket has no address
    return salted_hmac("labs.run.address", address, algorithm="sha256").hexdigest()
