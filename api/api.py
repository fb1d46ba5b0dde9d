"""Assembly of ``/api/v1/``; nothing else happens here."""

from ninja import NinjaAPI

from api import problems

v1 = NinjaAPI(
    title="美多商城 API",
    version="1.0.0",
    description="The shop API. Errors are `application/problem+json` with a stable `code`; money is text in yuan.",
    urls_namespace="v1",
)
problems.register(v1)
