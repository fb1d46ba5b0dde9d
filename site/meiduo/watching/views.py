"""``/metrics``: every number of the shop, for whoever has the token."""

import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from kernel import metrics
from meiduo.watching import exposition
from meiduo.watching.figures import Figure, figures

logger = logging.getLogger(__name__)


@require_GET
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Sums of all processes and figures of now. Without METRICS_TOKEN the address does not exist."""
    token = settings.METRICS_TOKEN
    if not token:
        raise Http404
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not constant_time_compare(given.strip(), token):
        answer = HttpResponse("a token is needed\n", status=401, content_type="text/plain")
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    metrics.flush()
    told = figures()
    try:
        sums = metrics.sums()
    except Exception:
        # The store is down, and that is the moment to go on telling what the rows say.
        logger.warning("metrics cannot be read", exc_info=True)
        sums = {}
        told = [*told, Figure("mall_sums_missing", "The store of counted sums does not answer", 1)]
    answer = HttpResponse(exposition.text(sums, told), content_type=exposition.CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer
