"""Who buys and who works here."""

from accounts.models.addresses import Address
from accounts.models.agreements import AcceptedAgreement
from accounts.models.areas import Area, AreaList
from accounts.models.bindings import OAuthBinding
from accounts.models.counters import LimitCounter, OneUseSecret
from accounts.models.customers import Customer
from accounts.models.messages import MailMessage, SmsMessage
from accounts.models.tags import CustomerTag
from accounts.models.users import RefreshFamily, User

__all__ = [
    "AcceptedAgreement",
    "Address",
    "Area",
    "AreaList",
    "Customer",
    "CustomerTag",
    "LimitCounter",
    "MailMessage",
    "OAuthBinding",
    "OneUseSecret",
    "RefreshFamily",
    "SmsMessage",
    "User",
]
