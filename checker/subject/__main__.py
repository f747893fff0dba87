"""`python -m checker.subject ROLE MODULE… FD`: one of the subject's two processes, on a socket."""

import sys

from checker.subject import forkserver, host, namespaces

if __name__ == "__main__":
    role, *preload, descriptor = sys.argv[1:]
    if role == "forkserver":
        forkserver.main(int(descriptor), preload, host.Host.run)
    elif role == "namespaces":
        forkserver.main(int(descriptor), preload, namespaces.run)
    else:
        host.main(int(descriptor))
