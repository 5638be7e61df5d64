"""Where a request came from, as a name to count by."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def neighbourhood(request: HttpRequest) -> str:
    """
    Return the address a request came from; of the sixth version, the net that one caller has.

    A proxy is believed only where the operator says that there is one.
    """
    told: str = get_adapter(request).get_client_ip(request) or ""
    return net_of(told)


def net_of(told: str) -> str:
    """Return a numeric address, or the /64 it lies in; what is none stays as it is."""
    try:
        address = ip_address(told)
    except ValueError:
        return told[:64]
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address)
