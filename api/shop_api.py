"""Ninja as this mall wants it: HEAD and OPTIONS, refusals in one shape, an honest OpenAPI document."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.cache import get_conditional_response, set_response_etag
from ninja import NinjaAPI, Swagger
from ninja.errors import ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from api import problems
from api.parsing import CheckedParser, TextHasNul

View = Callable[..., HttpResponse]


class PlainJSON(JSONRenderer):
    """JSON whose Chinese stands as itself: half the bytes of its escapes."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        # Half a surrogate pair becomes its JSON escape instead of an encoding error.
        return json.dumps(data, cls=self.encoder_class, ensure_ascii=False).encode("utf-8", "backslashreplace")


class ShopAPI(NinjaAPI):
    """A NinjaAPI whose every answer follows one contract for failures, HEAD, OPTIONS and 304."""

    #: As what failures are sent.
    failure_type = "application/problem+json"

    def __init__(self, **options: Any) -> None:
        # Without its validator badge the docs page asks no foreign host.
        docs = Swagger(settings={"validatorUrl": None, "persistAuthorization": True, "docExpansion": "none"})
        super().__init__(parser=CheckedParser(), renderer=PlainJSON(), docs=docs, **options)
        problems.register(self)

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _edged(pattern.callback, self)
        return patterns, app_name, namespace

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Ninja's, but each location is the field's name as the client wrote it, and nothing that was sent is kept."""
        return ValidationError(
            [
                {**found, "loc": _place(context.model, found["loc"])}
                for context in error_contexts
                for found in context.pydantic_validation_error.errors(include_url=False, include_input=False)
            ]
        )

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document with what holds for every route: how failures are typed, 304, 413, 409."""
        document = super().get_openapi_schema(**options)
        for methods in document["paths"].values():
            # Ninja puts one and the same object under each method of an operation.
            for method, operation in methods.items():
                _declare(method, operation, failure_type=self.failure_type)
        return document


def _edged(view: View, api: NinjaAPI) -> View:
    """The view with HEAD like GET but without a body, OPTIONS, and every failure as a problem."""

    def called(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Exception as failure:
            # What fails outside of an operation: the pages about the API, checks before the operation runs.
            return api.on_exception(request, failure)

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "\x00" in request.path:
            return problems.of_domain_error(TextHasNul())
        if request.method == "HEAD":
            return _head(called, request, *args, **kwargs)
        response = called(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = _with_implied(response["Allow"])
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": allowed})
        return problems.method_not_allowed(allow=allowed)

    # No cookie says who asks, so there is nothing that a foreign form could misuse.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _with_implied(allow: str) -> str:
    methods = {method.strip() for method in allow.split(",")} | {"OPTIONS"}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


def _head(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    request.method = "GET"
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.method = "HEAD"
    if response.status_code == 405:
        response = problems.method_not_allowed(allow=_with_implied(response["Allow"]))
    if response.streaming:
        response.close()
        return response
    if response.status_code == 200 and "no-store" not in response.get("Cache-Control", ""):
        if not response.has_header("ETag"):
            set_response_etag(response)
        # Django's middleware leaves HEAD alone because it cannot know the body; here it is still there.
        response = get_conditional_response(request, etag=response["ETag"], response=response) or response
    if response.status_code != 304:
        response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _place(model: Any, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Where the client finds it: without the names that the view gave its query, form or body schema."""
    by_path: dict[tuple[str, ...], tuple[str, ...]] = model.__ninja_flatten_map_reverse__
    for length in range(len(location), 0, -1):
        known = by_path.get(location[:length])  # type: ignore[arg-type]  # a path that has a number is in no map
        if known:
            return known + location[length:]
    is_whole = any(path[: len(location)] == location for path in by_path)
    is_body = location[:1] == (getattr(model, "__read_from_single_attr__", None),)
    return location[1:] if is_whole or is_body else location


def _declare(method: str, operation: dict[str, Any], *, failure_type: str) -> None:
    responses: dict[int, Any] = operation["responses"]
    for status, response in responses.items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"][failure_type] = response["content"].pop("application/json")
    if method == "get" and 200 in responses:
        responses.setdefault(304, {"description": "Not Modified"})
    if failure_type == "application/json":
        # That contract tells these two as wrong input.
        return
    if "requestBody" in operation and 400 in responses:
        responses.setdefault(413, {**responses[400], "description": "Content Too Large"})
    if method != "get" and 507 in responses:
        # Whoever writes may meet a row that stays locked.
        responses.setdefault(409, {**responses[507], "description": "Conflict"})
