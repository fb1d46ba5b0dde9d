"""Every failure has one shape, one code and the visitor's language."""

import json
import logging

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from ninja import File, Form, Schema, UploadedFile
from ninja.errors import HttpError
from pydantic import Field
from redis.exceptions import ConnectionError as RedisAway

from api.problem_pages import listed_problems
from api.problems import STATUSES, problems, status_of
from api.schemas.base import QueryIn
from api.shop_api import ShopAPI
from kernel.errors import Conflict, DomainError, Invalid, TooOften
from shop.stock.errors import StockShort
from tests.factories.catalog import LeafCategoryFactory

pytestmark = pytest.mark.django_db


class Line(Schema):
    sku: int
    count: int = Field(ge=1, le=99)


class OrderIn(Schema):
    address: int
    remark: str = Field("", max_length=5)
    lines: list[Line] = []


class BothIn(QueryIn):
    low: int | None = None


class Worded(Conflict):
    code = "tests.worded"
    # A text that Django translates by itself.
    text = _("This field is required.")


def _trouble(kind: str) -> None:
    raise {
        "database": OperationalError("server closed the connection: password=hunter2"),
        "redis": RedisAway("Error 111 connecting"),
        "defect": ZeroDivisionError("division by zero: hunter2"),
        "integrity": IntegrityError("duplicate key"),
        "often": TooOften(retry_after=7),
        "stock": StockShort(sku_id=3, left=1),
        "worded": Worded(),
        "teapot": HttpError(418, "short and stout"),
        "surrogate": Invalid(field="remark", sent="\ud800"),
    }[kind]


@pytest.fixture(scope="module")
def routes():
    """An API of this test's own beside the shop's, with routes that fail as told."""
    own = ShopAPI(title="tests", urls_namespace="tests-problems")

    @own.get("/trouble/{kind}/", response={200: dict, **problems()})
    def trouble(request, kind: str):
        _trouble(kind)

    @own.post("/orders/", response={200: OrderIn, **problems()})
    def order(request, body: OrderIn):
        return body

    @own.post("/forms/", response={200: dict, **problems()})
    def form(request, body: Form[Line], picture: File[UploadedFile] = None):
        return {"sku": body.sku}

    @own.get("/both/", response={200: dict, **problems()})
    def both(request, query: BothIn = None, limit: int = 1):
        return {}

    return own


@pytest.fixture
def problem(routes, settings, client):
    """Ask one of these routes and return the status, the headers and the body of its failure."""
    from types import ModuleType

    from django.urls import include, path

    from api import urls as api_urls

    module = ModuleType("tests.api.problem_urls")
    module.urlpatterns = [
        path("api/", include([path("tests/", routes.urls), *api_urls.urlpatterns])),
    ]
    settings.ROOT_URLCONF = module

    def ask(method: str, address: str, **options):
        response = getattr(client, method)(f"/api/tests{address}", **options)
        assert response["Content-Type"] == "application/problem+json", response.content
        return response

    return ask


def post(problem, body, content_type="application/json"):
    return problem("post", "/orders/", data=body, content_type=content_type)


# -- the shape


def test_a_refusal_has_every_member(problem, settings):
    settings.PUBLIC_URL = "https://mall.example"

    response = problem("get", "/trouble/stock/")

    assert response.status_code == 409
    assert response["Cache-Control"] == "no-store"
    assert response.json() == {
        "type": "https://mall.example/api/problems/#stock.short",
        "title": "Conflict",
        "status": 409,
        "detail": "库存不足",
        "code": "stock.short",
        "message": "库存不足",
        "errors": [],
        "non_field_errors": ["库存不足"],
        "params": {"sku_id": 3, "left": 1},
    }


def test_a_limit_says_when_it_may_be_free_again(problem):
    response = problem("get", "/trouble/often/")

    assert (response.status_code, response["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("kind", ["database", "redis"])
def test_storage_trouble_is_507_and_its_cause_stays_in_the_log(problem, kind, caplog):
    response = problem("get", f"/trouble/{kind}/")

    assert response.status_code == 507
    assert response.json()["message"] == "服务器内部错误"
    assert "hunter2" not in response.content.decode()
    assert "storage trouble" in caplog.text


@pytest.mark.parametrize("kind", ["defect", "integrity"])
def test_a_defect_is_500_in_the_same_shape_and_is_logged_with_its_trace(problem, kind, caplog):
    response = problem("get", f"/trouble/{kind}/")

    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "hunter2" not in response.content.decode()
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR and one.exc_info]
    assert record.exc_info[0] in (ZeroDivisionError, IntegrityError)


def test_half_a_surrogate_pair_does_not_break_the_answer(problem):
    assert problem("get", "/trouble/surrogate/").json()["params"] == {"sent": "\ud800"}


def test_a_status_that_ninja_gives_keeps_its_number(problem):
    response = problem("get", "/trouble/teapot/")

    assert (response.status_code, response.json()["code"]) == (418, "http.418")


def test_the_database_being_down_is_507_on_a_real_route(client, monkeypatch):
    def down(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", down)

    for path in ("/api/v1/categories/", "/api/v1/skus/1/", "/api/v1/brands/1/skus/"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (507, "storage.trouble")


# -- bad input


@pytest.mark.parametrize("body", ["", "{", "{'a': 1}", b"\xff\xfe", "[" * 100_000, '{"address": 1', "nul"])
def test_a_body_that_is_not_json_is_400(problem, body):
    response = post(problem, body)

    assert response.status_code == 400
    assert response.json()["non_field_errors"]
    assert response.json()["errors"] == []


def test_a_missing_body_says_so(problem):
    assert post(problem, "").json()["message"] == "请求体不能为空"


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_a_body_of_the_wrong_kind_names_no_field(problem, body):
    found = post(problem, body).json()

    assert (found["status"], found["errors"]) == (400, [])
    assert found["non_field_errors"] == [found["message"]]


@pytest.mark.parametrize("line", ["[]", '"text"', "7", "null", "true"])
def test_a_part_of_the_wrong_kind_names_its_place(problem, line):
    found = post(problem, f'{{"address": 1, "lines": [{line}]}}').json()

    assert [(one["field"], one["message"]) for one in found["errors"]] == [("lines.0", "必须是对象")]


def test_wrong_values_are_listed_by_the_field_that_the_client_wrote(problem):
    body = {"remark": "太长太长太长", "lines": [{"sku": "x", "count": 0}, {"sku": 1, "count": 1e400}]}

    found = post(problem, json.dumps(body)).json()

    assert found["status"] == 400
    assert [(one["field"], one["message"]) for one in found["errors"]] == [
        ("address", "必填"),
        ("remark", "长度最多为 5"),
        ("lines.0.sku", "必须是整数"),
        ("lines.0.count", "不能小于 1"),
        ("lines.1.count", "数值超出范围"),
    ]
    assert found["message"] == "address: 必填"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"address": 1, "remark": "a\\u0000b"}', "remark"),
        ('{"address": 1, "lines": [{"sku": 1, "count": 1, "note": "\\u0000"}]}', "lines.0.note"),
        ('{"address": 1, "a\\u0000b": 1}', ""),
        ('"\\u0000"', ""),
    ],
)
def test_a_nul_character_is_refused_wherever_it_stands(problem, body, field):
    found = post(problem, body).json()

    assert (found["status"], found["code"]) == (400, "text.nul")
    assert [one["field"] for one in found["errors"]] == ([field] if field else [])


def test_a_backslash_before_u0000_is_no_nul(client, problem):
    response = client.post(
        "/api/tests/orders/", data='{"address": 1, "remark": "\\\\u0000"}', content_type="application/json"
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "string_too_long"


def test_half_a_surrogate_pair_in_a_text_is_400(problem):
    assert post(problem, '{"address": 1, "remark": "\\ud800"}').json()["errors"][0]["field"] == "remark"


def test_a_form_is_checked_like_a_body(problem):
    missing = problem("post", "/forms/", data={"count": "x"}).json()
    nul = problem("post", "/forms/", data={"sku": "1\x00", "count": "1"}).json()

    assert {one["field"] for one in missing["errors"]} == {"sku", "count"}
    assert nul["errors"][0]["field"] == "sku"


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
def test_a_form_that_does_not_parse_is_400(problem, content_type):
    assert problem("post", "/forms/", data="no form", content_type=content_type).status_code == 400


def test_the_wrong_content_type_is_400_and_not_a_crash(problem):
    assert post(problem, "address=1", content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_body_past_the_limit_is_413(problem, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    response = post(problem, json.dumps({"address": 1}))

    assert (response.status_code, response.json()["code"]) == (413, "body.too_big")


def test_a_nul_in_the_address_or_the_query_is_400(client):
    assert client.get("/api/v1/skus/%00/").status_code in (400, 404)
    response = client.get(f"/api/v1/categories/{LeafCategoryFactory().pk}/skus/?junk%00=1&page=1")
    assert (response.status_code, response.json()["code"]) == (400, "text.nul")


# -- addresses and methods


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/categories", "/api/nothing", "/api/", "/api/v1/"])
def test_an_unknown_address_is_a_problem_for_every_method_and_never_a_redirect(method, path):
    response = getattr(Client(enforce_csrf_checks=True), method)(path)

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"


def test_a_method_that_is_not_there_is_405_and_names_those_that_are():
    response = Client(enforce_csrf_checks=True).post("/api/v1/categories/")

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "method.not_allowed"
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_options_answers_what_is_allowed(client, problem):
    plain = client.options("/api/v1/categories/")

    assert (plain.status_code, plain.content, plain["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert client.options("/api/tests/orders/")["Allow"] == "OPTIONS, POST"
    assert client.head("/api/tests/orders/").status_code == 405


def test_head_of_the_api_pages_works(client):
    for path in ("/api/v1/docs", "/api/v1/openapi.json", "/api/problems/"):
        response = client.head(path)
        assert (response.status_code, response.content) == (200, b"")


def test_a_404_of_the_api_costs_no_query_and_is_no_redirect(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/api/v1/nothing/")


def test_a_host_that_is_not_ours_is_a_problem_too(client, settings):
    settings.ALLOWED_HOSTS = ["mall.example"]

    response = client.get("/api/v1/categories/", headers={"Host": "evil.example"})

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert b"<html" in client.get("/", headers={"Host": "evil.example"}).content


@pytest.mark.parametrize(("failure", "status"), [(OperationalError("away"), 507), (ValueError("defect"), 500)])
def test_a_middleware_that_fails_is_a_problem_too(client, monkeypatch, failure, status):
    def broken(self, request, response):
        raise failure

    monkeypatch.setattr("django.middleware.clickjacking.XFrameOptionsMiddleware.process_response", broken)
    client.raise_request_exception = False

    response = client.get("/api/nothing/")

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


# -- languages


def test_the_text_follows_the_visitors_language(problem):
    chinese = problem("get", "/trouble/worded/", headers={"Accept-Language": "zh-CN"})
    english = problem("get", "/trouble/worded/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    neither = problem("get", "/trouble/worded/", headers={"Accept-Language": "fr"})

    assert chinese.json()["message"] == neither.json()["message"] == "必需字段"
    assert english.json()["message"] == "This field is required."
    assert chinese["Content-Language"] == "zh-hans"
    assert english["Content-Language"] == "en"


# -- CORS


ORIGIN = "https://shop.example"


@pytest.fixture
def _cors(settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]


@pytest.mark.usefixtures("_cors")
def test_a_preflight_is_answered_for_every_address_and_method(client):
    for path in ("/api/v1/categories/", "/api/v1/skus/1/", "/api/v1/nothing/"):
        response = client.options(
            path,
            headers={
                "Origin": ORIGIN,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, idempotency-key, content-type",
            },
        )
        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == ORIGIN
        assert response["Access-Control-Allow-Credentials"] == "true"
        assert response["Access-Control-Max-Age"] == "86400"
        for header in ("authorization", "idempotency-key", "if-none-match"):
            assert header in response["Access-Control-Allow-Headers"]


@pytest.mark.usefixtures("_cors")
def test_failures_carry_the_cors_headers_too(client, problem):
    headers = {"Origin": ORIGIN}
    answers = [
        client.get("/api/v1/skus/1/", headers=headers),
        client.get("/api/v1/nothing/", headers=headers),
        client.post("/api/v1/categories/", headers=headers),
        problem("get", "/trouble/database/", headers=headers),
        problem("get", "/trouble/defect/", headers=headers),
        problem("get", "/trouble/often/", headers=headers),
    ]

    assert [one.status_code for one in answers] == [404, 404, 405, 507, 500, 429]
    for answer in answers:
        assert answer["Access-Control-Allow-Origin"] == ORIGIN
        assert "retry-after" in answer["Access-Control-Expose-Headers"]


@pytest.mark.usefixtures("_cors")
def test_a_foreign_origin_is_told_nothing(client):
    response = client.get("/api/v1/skus/1/", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in response


# -- the list of codes


def _every_kind(kind=DomainError):
    for sub in kind.__subclasses__():
        yield sub
        yield from _every_kind(sub)


def _ours():
    return [kind for kind in _every_kind() if not kind.__module__.startswith("tests")]


def test_no_code_is_used_by_two_different_errors():
    seen = {}
    for kind in _ours():
        if "code" in vars(kind):
            other = seen.setdefault(kind.code, kind)
            assert other is kind, f"{kind.__name__} and {other.__name__} are both {kind.code}"


def test_every_error_of_ours_has_a_status_of_its_kind():
    for kind in _ours():
        assert any(parent in STATUSES for parent in kind.__mro__), f"{kind.__name__} has no status"
        assert 400 <= status_of(kind) < 600


def test_the_page_lists_every_code_with_an_anchor_its_status_and_its_text(client):
    page = client.get("/api/problems/").content.decode()

    codes = {one.code: one for one in listed_problems()}
    assert {"stock.short", "sku.not_found", "invalid", "storage.trouble", "body.unreadable"} <= set(codes)
    for code in codes:
        assert f'id="{code}"' in page
    assert codes["stock.short"].status == 409
    assert codes["stock.short"].text == "库存不足"
    assert "<td>409</td><td>库存不足</td>" in page
    assert codes["picture.too_big"].text == "图片不能超过 ‹megabytes› MB"


def test_the_page_speaks_the_visitors_language(client):
    with override("en"):
        expected = {one.code: one.text for one in listed_problems()}["tests.worded"]

    page = client.get("/api/problems/", headers={"Accept-Language": "en"}).content.decode()

    assert expected == "This field is required."
    assert expected in page
    assert '<html lang="en">' in page


def test_the_type_of_a_problem_leads_to_its_place_on_the_page(client, settings):
    settings.PUBLIC_URL = "http://testserver"
    address, _hash, anchor = client.get("/api/v1/skus/1/").json()["type"].partition("#")

    assert f'id="{anchor}"' in client.get(address.removeprefix("http://testserver")).content.decode()
