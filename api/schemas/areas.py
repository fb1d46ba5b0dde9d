"""Provinces, cities and districts."""

from ninja import Schema
from pydantic import Field


class AreaOut(Schema):
    id: int = Field(description="GB/T 2260 code; nine digits for towns of cities without districts", examples=[110000])
    name: str


class AreaWithSubsOut(AreaOut):
    subs: list[AreaOut] = Field(description="what lies right below it")


class AreaTreeOut(AreaOut):
    subs: list["AreaTreeOut"]
