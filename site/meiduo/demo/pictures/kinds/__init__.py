"""Every kind of product that can be drawn."""

from meiduo.demo.pictures.kinds import appliances, beauty, clothing, electronics, food, home, kids, leisure
from meiduo.demo.pictures.kinds.registry import KINDS, Kind

__all__ = ["KINDS", "Kind", "appliances", "beauty", "clothing", "electronics", "food", "home", "kids", "leisure"]
