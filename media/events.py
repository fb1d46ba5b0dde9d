"""What happened to pictures, by id."""

from dataclasses import dataclass

from kernel.events import Event


@dataclass(frozen=True)
class PictureStored(Event):
    """The library has one picture more, from whichever screen or command."""

    image_id: int
