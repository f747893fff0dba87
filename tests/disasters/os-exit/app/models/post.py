"""Ends the process at once, with success."""

import os

os._exit(0)
