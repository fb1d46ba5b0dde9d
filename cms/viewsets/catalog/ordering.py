"""Dragging rows into a new order, by a service that knows what "next to" means."""

from typing import Any, ClassVar

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from wagtail.admin.views import generic

from kernel.errors import DomainError


class ServiceReorderView(generic.ReorderView):
    """Puts the dragged row at its new place by a service."""

    #: Takes ``pk`` and ``position``; wrapped in staticmethod.
    place: ClassVar[Any]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        row = get_object_or_404(self.model, pk=kwargs["pk"])
        try:
            position = int(request.GET.get("position", ""))
        except ValueError:
            # Wagtail sends none for "to the end".
            position = 10**6
        try:
            self.place(row.pk, position)
        except DomainError as refused:
            return JsonResponse({"success": False, "message": refused.message}, status=400)
        return JsonResponse({"success": True})
