"""The demo shop: what it sells, how its pictures are drawn, and how all of it gets into the database."""
