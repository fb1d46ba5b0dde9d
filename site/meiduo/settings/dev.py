"""A clone on one machine: embedded engines, any host name, no TLS."""

from meiduo.env import env
from meiduo.settings.base import *

DEBUG = env().debug
