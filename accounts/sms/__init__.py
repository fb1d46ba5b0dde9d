"""Text messages: the port, the vendors behind it, and what each message says."""
