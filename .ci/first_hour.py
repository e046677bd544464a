"""A vendor's first hour, done by a program: without a network, from an empty folder, with the commands of the docs.

    python .ci/first_hour.py [--wheelhouse FOLDER] [--environment FOLDER] [--only PART] [--only-consumer PART]

It goes on in a network of its own that has the loopback interface and no route (Linux: `unshare`), makes a virtual
environment of the wheelhouse there (or takes one that is made), and tests a provider and then a consumer which this
repository has for its tests and which share no code with the program. Each command is shown with its time. It ends with
1 at the first that does not do what the docs say. `make wheelhouse` fills the wheelhouse.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_INSIDE = "--without-a-route"
#: Of the set RFC 5737 keeps for documentation.
_SOMEWHERE = ("192.0.2.1", 443)


class Vendor:
    """Somebody at a shell in an empty folder, with nothing in the environment but a path."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self._environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
        self.seconds = 0.0

    def types(self, *command: str, ends_with: Sequence[int] = (0,), says: str = "") -> None:
        """Run a command, and show it with its time; the program ends where it does not do what it should."""
        before = time.monotonic()
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=900
        )
        took = time.monotonic() - before
        self.seconds += took
        print(f"{took:6.1f} s  {shlex.join(command)}", flush=True)
        told = " ".join((done.stdout + done.stderr).split())
        if done.returncode not in ends_with or says not in told:
            sys.exit(f"ended with {done.returncode}, and {says!r} was expected in:\n{done.stdout}{done.stderr}")

    def reads(self, name: str, *words: str) -> None:
        """Open a statement: the verdict, and the words that have to stand in it."""
        text = html.unescape(re.sub(r"<[^>]*>", " ", (self.folder / name).read_text(encoding="utf-8")))
        text = " ".join(text.split())
        lacking = [word for word in words if word not in text]
        if lacking:
            sys.exit(f"{name} does not say {lacking}")
        print(f"          {name} says: {', '.join(words)}")


def without_a_route() -> None:
    """Start this script again in a network of its own."""
    command = ["unshare", "--user", "--map-root-user", "--net", sys.executable, __file__, _INSIDE, *sys.argv[1:]]
    try:
        os.execvp(command[0], command)
    except FileNotFoundError:
        sys.exit("The program unshare is needed, which Linux has in util-linux.")


def only_loopback() -> None:
    """Put the loopback interface up, and make sure that there is no other way."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    try:
        socket.create_connection(_SOMEWHERE, timeout=5).close()
    except OSError as problem:
        print(f"No route: {_SOMEWHERE[0]} cannot be reached ({problem.strerror or problem}).")
        return
    sys.exit("There is a route out of this network.")


def provider(vendor: Vendor, only: Sequence[str]) -> None:
    """From an address, a service id and the file of an authority to a statement about a provider."""
    from tests.foreign import generous_provider
    from tests.foreign.generous_data import SERVICE
    from tests.support.wsgi_serving import serving

    with serving(generous_provider.make_app, vendor.folder, path="/gw/STU3/2/urgent", tls=True) as served:
        known = ("--provider", served.root, "--service", SERVICE, "--ca", Path(served.ca).name)
        vendor.types("uec-booking", "init", "my-system.toml", *known)
        config = ("--config", "my-system.toml")
        vendor.types("uec-booking", "doctor", *config, says="A run is possible")
        vendor.types("uec-booking", "assure", *config, *only, ends_with=(0, 2), says="open this first")
        vendor.reads("reports/out/statement.html", served.root, "What was not tested")


def consumer(vendor: Vendor, only: Sequence[str]) -> None:
    """From a webhook to a statement about a consumer."""
    from tests.foreign_consumers import consumers

    with consumers.fhirpy(vendor.folder, ()) as door:
        lines = ("[consumer]", 'name = "Our 111 service"', *door, 'first = { asid = "918999198101", ods = "X9A01" }')
        (vendor.folder / "consumer.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        config = ("--config", "consumer.toml")
        vendor.types("uec-booking", "doctor", *config, says="A run is possible")
        run = ("assure", *config, *only, "--out", "reports/out-consumer")
        vendor.types("uec-booking", *run, ends_with=(0, 2), says="open this first")
        vendor.reads("reports/out-consumer/statement.html", "Our 111 service", "What was not tested")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wheelhouse", type=Path, default=ROOT / "wheelhouse", help="what `make wheelhouse` filled")
    parser.add_argument("--environment", type=Path, help="take this virtual environment, and install nothing")
    parser.add_argument("--only", default="", metavar="EXPR", help="of the provider test this part")
    parser.add_argument("--only-consumer", default="", metavar="EXPR", help="of the consumer test this part")
    parser.add_argument(_INSIDE, action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    house = given.wheelhouse.resolve()
    if given.environment is None and not (house / "requirements.lock").is_file():
        sys.exit(f"There is no wheelhouse in {house}: fill it with `make wheelhouse` where there is a network.")
    if not given.without_a_route:
        without_a_route()
    only_loopback()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = (given.environment or folder / "venv").absolute()
        vendor = Vendor(folder, environment / "bin")
        if given.environment is None:
            vendor.types(sys.executable, "-m", "venv", str(environment))
            offline = ("--quiet", "--no-index", "--find-links", str(house), "--require-hashes")
            vendor.types("pip", "install", *offline, "-r", str(house / "requirements.lock"))
        vendor.types("uec-booking", "--version")
        provider(vendor, ("--only", given.only) if given.only else ())
        print(f"{vendor.seconds / 60:6.1f} min from an empty folder to a statement about a provider.")
        consumer(vendor, ("--only", given.only_consumer) if given.only_consumer else ())
        print(f"{vendor.seconds / 60:6.1f} min with a statement about a consumer.")


if __name__ == "__main__":
    main()
