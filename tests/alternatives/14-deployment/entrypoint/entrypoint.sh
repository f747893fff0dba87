#!/bin/sh
# Migrations are not here: `docker compose run --rm service alembic upgrade head`.
set -eu
umask 027
./reachable.py
exec "$@"
