"""Prefect's own command line, in a process that ends when the one that started it is gone, however that ended.

Standard input is a pipe from there: it ends when nobody holds its other end any more, a kill included.
"""

import os
import runpy
import signal
import sys
import threading
import time

# Long enough for a server to close its database, short enough for the next one to find the port free.
LAST_SECONDS = 4.0


def _end_with_the_pipe() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_pipe, daemon=True).start()
    sys.argv[0] = "prefect"
    runpy.run_module("prefect", run_name="__main__")
