"""Backups of the shop: one folder each, whole or not there, and the way back from one."""
