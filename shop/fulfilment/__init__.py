"""Sending what was ordered: above orders, because a parcel moves its order."""
