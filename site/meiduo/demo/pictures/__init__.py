"""The demo shop's pictures, drawn by code: no file of anybody else's is needed, and no font but Pillow's own."""

from meiduo.demo.pictures.orders import CardOrder, FamilyOrder, LogoOrder, Order, SceneOrder
from meiduo.demo.pictures.scenes import Actor
from meiduo.demo.pictures.sizes import Copy
from meiduo.demo.pictures.studio import Painted, painted

__all__ = ["Actor", "CardOrder", "Copy", "FamilyOrder", "LogoOrder", "Order", "Painted", "SceneOrder", "painted"]
