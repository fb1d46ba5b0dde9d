"""What was seen and clicked. A beacon is answered before anything is counted, and never with how it was counted."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.problems import BodyTooBig, problems
from api.schemas.beacons import BeaconIn
from cms.services.beacons import Sighting, receive
from kernel.network import client_ip

#: Bytes: fifty sightings need some 6,000. Browsers send no beacon above 64 KiB.
MOST_BYTES = 16 * 1024


def _small(request: HttpRequest) -> bool:
    """Lets everyone in whose body is small; asked before the body is read.

    Raises: BodyTooBig.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise BodyTooBig
    return True


router = Router()


@router.post(
    "/",
    auth=_small,
    response={204: None, **problems(BodyTooBig)},
    operation_id="send_beacon",
    summary="What was seen and clicked",
)
def send_beacon(request: HttpRequest, body: BeaconIn) -> HttpResponse:
    """Counts impressions and clicks of banners, ads and blocks.

    The body is JSON under any content type, so `navigator.sendBeacon(url, text)` will do. Bots, repeats within half
    an hour and floods are left out silently: the answer is always 204. Who it was is not kept.
    """
    receive(
        visitor=body.visitor,
        sightings=[Sighting(block_key=one.id, kind=one.kind, variant=one.variant) for one in body.items],
        agent=request.headers.get("User-Agent", ""),
        address=client_ip(request),
    )
    return HttpResponse(status=204)
