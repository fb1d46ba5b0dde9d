"""The second contract: shops whose client knows "goods" and not variants. Translation only."""
