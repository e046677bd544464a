"""``uec-booking verify``: whether an evidence bundle is what it says, and whether its recording gives its verdicts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..bundling.archive import Unreadable, content_of, members_of
from ..bundling.checking import Finding, findings
from ..bundling.keys import public_key
from ..text import say

_WORDS = {True: "right", False: "WRONG", None: "note"}


def main(arguments: Sequence[str]) -> int:
    """Say what was found; returns 0 where nothing is wrong with the bundle, whatever its verdict, else 1."""
    options = command_line().parse_args(arguments)
    key = public_key(options.key) if options.key else None
    try:
        found = list(findings(members_of(content_of(options.bundle)), key, options.timestamp_ca))
    except Unreadable as problem:
        found = [Finding(False, str(problem))]
    for one in found:
        say(f"{_WORDS[one.right]}  {one.sentence}", "", "       ")
    wrong = any(one.right is False for one in found)
    say(f"{options.bundle} is {'NOT verified' if wrong else 'verified'}.")
    return int(wrong)


def command_line() -> argparse.ArgumentParser:
    """Its options."""
    parser = argparse.ArgumentParser(
        prog="uec-booking verify",
        description="Check a bundle that `uec-booking bundle` wrote: its hashes, its signature and time stamp, and "
        "that its recording, judged again, gives the same verdicts byte for byte. No system is asked, no network is "
        "needed. Exit status 0: nothing is wrong with the bundle, whatever the verdict in it; 1: something is.",
    )
    add = parser.add_argument
    add("bundle", type=Path, metavar="FILE.zip", help="the bundle")
    add("--key", type=Path, metavar="FILE", help="the signer's public key, which came to you in another way")
    add("--timestamp-ca", type=Path, metavar="FILE", help="certificates (PEM) of the time-stamp authority")
    return parser
