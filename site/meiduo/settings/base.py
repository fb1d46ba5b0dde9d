"""What is the same everywhere. Each part reads the typed environment and nothing else."""

from meiduo.settings.parts.apps import *
from meiduo.settings.parts.cache import *
from meiduo.settings.parts.database import *
from meiduo.settings.parts.edge import *
from meiduo.settings.parts.figures import *
from meiduo.settings.parts.files import *
from meiduo.settings.parts.finding import *
from meiduo.settings.parts.hot import *
from meiduo.settings.parts.interest import *
from meiduo.settings.parts.mail import *
from meiduo.settings.parts.messaging import *
from meiduo.settings.parts.oauth import *
from meiduo.settings.parts.payments import *
from meiduo.settings.parts.people import *
from meiduo.settings.parts.queue import *
from meiduo.settings.parts.replicas import *
from meiduo.settings.parts.secrets import *
from meiduo.settings.parts.shipping import *
from meiduo.settings.parts.storefront import *
from meiduo.settings.parts.trade import *
from meiduo.settings.parts.wagtail import *
from meiduo.settings.parts.watching import *

DEBUG = False
