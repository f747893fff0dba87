"""`python -m checker.subject FD MODULE…`: the host process, on an inherited socket."""

import sys

from checker.subject.host import main

if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
