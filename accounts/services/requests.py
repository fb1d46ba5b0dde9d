"""How often one client address may ask for something."""

from django.conf import settings

from kernel import limits


def count_request(*, of: str, address: str) -> None:
    """Count one request of this kind from this address, as ``ADDRESS_LIMITS`` allows.

    Raises: Limited.
    """
    most, seconds = settings.ADDRESS_LIMITS[of]
    limits.take(limits.Window(limits.key(f"address.{of}", limits.network_of(address)), most, seconds))
