"""Adapters of the payment port, and a stand-in to try them on. Nobody imports them: settings name them."""
