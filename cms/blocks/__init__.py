"""The building blocks of content, as editors see them."""

from cms.blocks.content import ContentBlocks
from cms.blocks.home import HomeBlocks
from cms.blocks.links import AddressBlock, LinkBlock

__all__ = ["AddressBlock", "ContentBlocks", "HomeBlocks", "LinkBlock"]
