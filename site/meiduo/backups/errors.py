"""What stops a backup or a restore."""


class Refused(Exception):
    """It cannot be done as asked; nothing was begun and nothing is changed."""


class Failed(Exception):
    """It broke on the way; the shop and its older backups are as before."""
