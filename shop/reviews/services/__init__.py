"""What buyers and staff do with reviews."""

from shop.reviews.services.moderating import hide_review, reply_to_review, show_review
from shop.reviews.services.removing import erase_reviews
from shop.reviews.services.writing import write_review

__all__ = ["erase_reviews", "hide_review", "reply_to_review", "show_review", "write_review"]
