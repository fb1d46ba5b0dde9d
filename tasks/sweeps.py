"""Periodic certainty: what a lost event or a killed worker left behind is found here."""
