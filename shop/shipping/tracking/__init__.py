"""Where a parcel is, as its carrier tells."""
