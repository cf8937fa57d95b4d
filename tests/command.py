"""`onrecord` as a person types it: in this process, which has loaded the program already, or in one of its own."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flows.cli.app import main

PROGRAM = Path(sys.executable).with_name("onrecord")


def typed(home: Path, *arguments: str, **environment: str) -> CompletedProcess[str]:
    """What the command printed and its exit code. It ran here, which saves half a second of imports."""
    umask = os.umask(0o077)
    os.umask(umask)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.delenv("ONRECORD_DATABASE_URL", raising=False)
        for name, value in {"ONRECORD_HOME": str(home), **environment}.items():
            patch.setenv(name, value)
        patch.chdir(home.parent)
        patch.setattr(sys, "argv", ["onrecord", *arguments])
        try:
            main()
            code: object = 0
        except SystemExit as ended:
            code = ended.code
        finally:
            os.umask(umask)  # the command's own is for what it makes
    said, told = (stream.buffer.getvalue().decode() for stream in (out, err))
    return CompletedProcess(arguments, code if isinstance(code, int) else int(code is not None), said, told)


def started(home: Path, *arguments: str) -> CompletedProcess[str]:
    """The same in a process of its own, as the installed program."""
    environment = {**os.environ, "ONRECORD_HOME": str(home)}
    environment.pop("ONRECORD_DATABASE_URL", None)
    words = [str(PROGRAM), *arguments]
    return subprocess.run(words, env=environment, capture_output=True, text=True, cwd=home.parent, timeout=120)
