"""What the shop remembers of a buyer's looking around."""

#: So many SKUs a browse history keeps.
BROWSE_HISTORY_LIMIT = 50
