"""The back office: one module or package per area; ``wagtail_hooks`` registers their groups."""
