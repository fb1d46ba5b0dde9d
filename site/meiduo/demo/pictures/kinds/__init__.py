"""Every kind of product that can be drawn."""

from meiduo.demo.pictures.kinds import (
    accessories,
    appliances,
    beauty,
    clothes,
    computers,
    culture,
    fresh,
    furniture,
    groceries,
    kids,
    kitchen,
    phones,
    sports,
)
from meiduo.demo.pictures.kinds.registry import KINDS, Kind

__all__ = [
    "KINDS",
    "Kind",
    "accessories",
    "appliances",
    "beauty",
    "clothes",
    "computers",
    "culture",
    "fresh",
    "furniture",
    "groceries",
    "kids",
    "kitchen",
    "phones",
    "sports",
]
