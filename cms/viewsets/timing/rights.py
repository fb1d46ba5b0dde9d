"""Who may open these screens."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from cms.selectors.passes import may_see_coming

View = Callable[..., HttpResponse]


def for_who_may_see_coming(view: View) -> View:
    """Everybody else is refused."""

    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not may_see_coming(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked
