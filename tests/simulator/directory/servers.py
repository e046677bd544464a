"""LDAP servers that hold the same tree: the simulator's SDS, and Debian's slapd loaded with its LDIF."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

SLAPD = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin")
SLAPADD = shutil.which("slapadd") or shutil.which("slapadd", path="/usr/sbin")
LDAPSEARCH = shutil.which("ldapsearch")
START_SECONDS = 20
_CONFIGURATION = """
include /etc/ldap/schema/core.schema
include {schema}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
suffix "o=nhs"
directory {folder}
access to * by * read
"""


class Slapd:
    """OpenLDAP's server with a tree of its own, until it is closed."""

    def __init__(self, folder: Path, ldif: Path) -> None:
        if SLAPD is None or SLAPADD is None:
            pytest.skip("slapd is not installed here (Debian: apt-get install slapd)")
        configuration = folder / "slapd.conf"
        schema = Path(__file__).with_name("nhs.schema")
        configuration.write_text(_CONFIGURATION.format(schema=schema, folder=folder), encoding="utf-8")
        load = [SLAPADD, "-q", "-f", str(configuration), "-l", str(ldif)]
        loaded = subprocess.run(load, capture_output=True, text=True, timeout=60, check=False)
        assert loaded.returncode == 0, loaded.stderr
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        # With -d it stays in the foreground, so it is ours to end.
        command = [SLAPD, "-f", str(configuration), "-h", f"ldap://127.0.0.1:{self.port}", "-d", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < deadline, "slapd did not start"
                time.sleep(0.05)

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=30)


def ldapsearch(port: int, base: str, wanted: str, *attributes: str) -> list[dict[str, list[str]]]:
    """What Debian's ldapsearch finds: for each entry its values by attribute, in lower case."""
    if LDAPSEARCH is None:
        pytest.skip("ldapsearch is not installed here (Debian: apt-get install ldap-utils)")
    command = [LDAPSEARCH, "-x", "-LLL", "-o", "ldif-wrap=no", "-H", f"ldap://127.0.0.1:{port}", "-b", base, wanted]
    done = subprocess.run([*command, *attributes], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    entries = []
    for record in done.stdout.strip().split("\n\n"):
        entry: dict[str, list[str]] = {}
        for line in record.splitlines():
            name, _, value = line.partition(": ")
            entry.setdefault(name.lower(), []).append(value)
        if entry:
            entries.append(entry)
    return entries
