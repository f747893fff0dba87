"""Closes everything it finds open, and lives on."""

import os
import time

os.closerange(3, 1024)
time.sleep(3600)
