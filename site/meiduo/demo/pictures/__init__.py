"""The demo shop's pictures, drawn by code: no file of anybody else's is needed, and no font but Pillow's own."""

from meiduo.demo.pictures.orders import CardOrder, LogoOrder, Order, SceneOrder
from meiduo.demo.pictures.scenes import Actor
from meiduo.demo.pictures.studio import drawn

__all__ = ["Actor", "CardOrder", "LogoOrder", "Order", "SceneOrder", "drawn"]
