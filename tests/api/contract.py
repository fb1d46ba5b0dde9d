"""Holds every answer of an API against its OpenAPI document: the status, the content type, the schema."""

import json
import re
from functools import cached_property
from typing import Any

import jsonschema_rs

from api.api import v1
from api.mxshop.api import mxshop
from api.shop_api import ShopAPI

#: What any address may answer, whatever its operation: it is about the method, not about the operation.
ANYWHERE = {405}


class Contract:
    """The document, and whether an answer keeps to it."""

    def __init__(self, api: ShopAPI = v1, prefix: str = "/api/v1/") -> None:
        self.api = api
        self.prefix = prefix
        #: Pages about the API, not operations of it.
        self.about = {f"{prefix}docs", f"{prefix}openapi.json"}

    @cached_property
    def document(self) -> dict[str, Any]:
        return json.loads(json.dumps(self.api.get_openapi_schema()))

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        # Addresses without parameters first: /skus/search/ is not a SKU.
        paths = sorted(self.document["paths"], key=lambda path: (path.count("{"), path))
        return [(self._pattern(path), path) for path in paths]

    def _pattern(self, path: str) -> re.Pattern[str]:
        numbers = {
            parameter["name"]
            for operation in self.document["paths"][path].values()
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "path" and parameter["schema"].get("type") == "integer"
        }
        parts = re.split(r"\{(\w+)\}", path)
        text = "".join(
            re.escape(part) if place % 2 == 0 else (r"-?\d+" if part in numbers else "[^/]+")
            for place, part in enumerate(parts)
        )
        return re.compile(text)

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """The operation that this request reaches, and its path as the document writes it."""
        for pattern, template in self._templates:
            if pattern.fullmatch(path):
                found = self.document["paths"][template].get("get" if method == "HEAD" else method.lower())
                return (template, found) if found else None
        return None

    def check(self, *, method: str, path: str, status: int, content_type: str, body: bytes) -> None:
        """Raises: AssertionError when the document does not foresee this answer."""
        if not path.startswith(self.prefix) or path in self.about or method == "OPTIONS" or status in ANYWHERE:
            return
        found = self.operation(method, path)
        where = f"{method} {path} answered {status}"
        if found is None:
            assert status in {400, 404}, f"{where}, and no operation has this address"
            return
        _template, operation = found
        assert str(status) in operation["responses"], f"{where}, which {operation['operationId']} does not declare"
        content = operation["responses"][str(status)].get("content")
        if method == "HEAD" or status == 304:
            assert not body, f"{where} with a body"
            return
        if not content:
            assert not body, f"{where} with a body, and none is declared"
            return
        kind = content_type.partition(";")[0]
        assert kind in content, f"{where} as {kind}, declared is {sorted(content)}"
        if "json" in kind:
            self._check_body(where, content[kind]["schema"], body)

    def _check_body(self, where: str, schema: dict[str, Any], body: bytes) -> None:
        complete = {**schema, "components": self.document["components"]}
        validator = jsonschema_rs.validator_for(complete)
        wrong = [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(json.loads(body))]
        assert not wrong, f"{where}, and its body is not as declared: {wrong[:3]}"


contract = Contract(v1, "/api/v1/")
mxshop_contract = Contract(mxshop, "/api/mxshop/")
CONTRACTS = (contract, mxshop_contract)
