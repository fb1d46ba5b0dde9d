"""The storefront's delivery: its build, and the HTML in which it starts. Its source is ``site/storefront``."""
