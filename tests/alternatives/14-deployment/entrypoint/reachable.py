#!/usr/bin/env python
"""Waits for the database's address; its tables come from `alembic upgrade head`, elsewhere."""

import os
import socket
import time
from urllib.parse import urlsplit

address = urlsplit(os.environ.get("DATABASE_URL", ""))
while address.hostname:
    try:
        socket.create_connection((address.hostname, address.port or 5432), timeout=2).close()
        break
    except OSError:  # not yet; alembic upgrade would wait as well
        time.sleep(1)
