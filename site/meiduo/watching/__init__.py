"""How the operator watches the shop: what is counted, and how it is told."""
