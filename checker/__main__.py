"""`python -m checker`, where the console script is not on the path."""

import sys

from checker.cli import main

sys.exit(main())
