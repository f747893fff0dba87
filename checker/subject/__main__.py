"""`python -m checker.subject ROLE NAME… FD`: one of the subject's processes, on a socket.

The role `trial` is none of them: it tries a level of isolation.
"""

import sys
from pathlib import Path

from checker.subject import forkserver, host, limited, namespaces

if __name__ == "__main__":
    role, *names, descriptor = sys.argv[1:]
    match role:
        case "forkserver":
            forkserver.main(int(descriptor), names, host.Host.run)
        case "namespaces":
            forkserver.main(int(descriptor), names, namespaces.run)
        case "limited":
            forkserver.main(int(descriptor), names, limited.run)
        case "trial":
            from checker.subject.levels import isolate
            from checker.subject.trial import main

            level, folder = names
            main(isolate(level=level), Path(folder))
        case _:
            host.main(int(descriptor))
