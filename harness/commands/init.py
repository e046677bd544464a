"""``uec-booking init``: writes a commented settings file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from uec_booking.standard import editions

from ..actors.patients import ENOUGH
from ..catalogue.explanation import command
from ..errors import SettingsError
from ..settings.model import CAPABILITIES, SERVICE_PURPOSES
from ..text import say

_TEMPLATE = """\
# Settings for `uec-booking assure --config THIS-FILE`. A line that begins with # is a comment;
# take the # away to set it. `uec-booking doctor --config THIS-FILE` says what is still wrong.

# The edition of the standard to judge by: @EDITIONS@.
edition = "@EDITION@"

# A stricter reading laid over it: @READINGS@.
# reading = "@READING@"

# Who has the run made. Named in every report.
# operator = "Assurance team, Example Trust"

# What your systems claim beyond the core:
@CAPABILITIES@
capabilities = []

# The provider under test.
[provider]
name = "Our provider system"
# What it is. Named in every report, beside what its CapabilityStatement says.
# software = "Example Booking"
# version = "4.2.1"
base_url = "https://provider.example/STU3/1/booking"
# The service root that tokens are made out to (claim aud), where it is not the base_url.
# audience = "https://provider.example/STU3/1/booking"
# The ASID of the provider, sent as Ssp-To.
# asid = "918999198999"
# The Spine Secure Proxy before it: requests go to ssp_url/base_url/...
# ssp_url = "https://proxy.example"

# DoS service ids of that provider, by what is asked of them. One is enough, as "later".
[provider.services]
@PURPOSES@

# A second provider, for the stories that book elsewhere. Left out, the bundled simulator plays it.
# [second_provider]
# name = "Our other provider system"
# software = "Example Booking"
# version = "4.2.1"
# base_url = "https://other-provider.example/STU3/1/booking"
# audience = "https://other-provider.example/STU3/1/booking"
# asid = "918999198998"
#
# [second_provider.services]
# later = "2000000002"

# The Appointment Registry. Left out, the bundled simulator plays it. To have it tested, claim "registry" above.
# [registry]
# software = "Example Registry"
# version = "1.0"
# base_url = "https://registry.example/STU3/1"
# A fixed access token, where it asks for one; or how tokens of its own service are had, in [registry.oauth].
# token = ""
# The recording proxy, which the run puts before the registry. Configure your provider with this address in place
# of the registry's; what it then does towards the registry is judged from the recorded messages. It speaks HTTPS where
# the registry does, else HTTP. For some scenarios it plays a registry that is away, slow or rejects: the provider
# has to tell it again, within limits.registry_seconds.
# tap = "localhost:8100"
# tap_certificate = "tap.pem"             # left out, a throw-away authority is made, and written to:
# tap_key = "tap-key.pem"
# tap_authority = "tap-ca.pem"
#
# [registry.oauth]
# token_url = "https://registry.example/oauth2/token"
# client_id = "our-client"
# client_secret = "secret"
# scope = ""                              # left out: the audience and /.default

# A consumer under test: it is given tasks through a door, and meets DoS, SDS, SSP, providers and registry of ours.
# docs/consumers.md tells how; `uec-booking consumer example python` is a driver to begin with.
# [consumer]
# name = "Our 111 desk"
# software = "Example Desk"
# version = "2.0"
# command = ["python3", "driver.py"]      # a task on its standard input, the answer on its standard output
# keeps_running = true                    # started once, and given one task a line
# Or, instead of the command, one of these:
# webhook = "https://desk.example/tasks"  # tasks are POSTed there
# door = "attended"                       # a person takes the calls, and tells on a page what the system shows
# recording = "recording.jsonl"           # what passed between it and the providers below: `uec-booking record`, or HAR
# authority = "trusted.pem"               # written by a run: the authorities that the consumer has to trust
# port = 8490                             # SSP there, DoS and providers one above, SDS two above; else any, see docs
# seconds = 60                            # how long a task may take
# mutual_tls = true                       # SSP asks for a client certificate: one of ours, or
# client_ca = "ca.pem"                    # one of this authority
# ldaps = true                            # SDS speaks LDAP over TLS
#
# [consumer.first]                        # the 111 service that its requests name
# asid = "918999198101"
# ods = "X9A01"
#
# [consumer.second]                       # another 111 service that it plays, where it can
# asid = "918999198102"
# ods = "X9A02"

# The organisations the suite acts as: two 111 services, and one organisation of another kind.
# [organisations.first_111]
# name = "First 111 Service"
# ods = "X26A1"
# asid = "999000000001"
#
# [organisations.second_111]
# name = "Second 111 Service"
# ods = "X26B2"
# asid = "999000000002"
#
# [organisations.other]
# name = "Another Organisation"
# ods = "X26C3"
# asid = "999000000003"

# Test patients of your environment. Left out, made-up patients with NHS numbers of the 999 range are used.
# Give @ENOUGH@ or more, each in a table of its own: nothing is ever booked for the last one, who must have no
# appointments; the others may have some. Every further two let one more worker process run beside the others.
# [[patients]]
# nhs_number = "9990000018"
# family = "Testperson"
# given = "Ada"
# gender = "female"
# birth_date = "1970-01-01"
# postcode = "LS1 4AP"

# Certificates, as PEM files; a path is relative to this file.
# [tls]
# ca = "authority.pem"                    # who signed the servers' certificates, if not a public authority
# client_certificate = "client.pem"       # for mutual TLS
# client_key = "client-key.pem"
# client_key_password = ""

# Limits of each request, in seconds; of a body, in bytes.
# [limits]
# connect_seconds = 5
# read_seconds = 20
# total_seconds = 30
# body_bytes = 5000000
# registry_seconds = 10                   # how soon after a booking its entry must be in the registry

# The control interface, where your system offers the one of the bundled simulator.
# [control]
# url = "https://provider.example/control"
# token = ""
"""


def main(arguments: Sequence[str]) -> int:
    """Write the file; 0. Raises ``SettingsError`` rather than overwrite one that is there."""
    parser = argparse.ArgumentParser(
        prog="uec-booking init", description="Write a settings file in which each key is explained."
    )
    parser.add_argument("file", nargs="?", type=Path, default=Path("uec-booking.toml"), metavar="FILE")
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")
    options = parser.parse_args(arguments)
    try:
        with options.file.open("w" if options.force else "x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise SettingsError(
            f"There is a file {options.file} already. Name another, or overwrite it with --force."
        ) from None
    except OSError as problem:
        raise SettingsError(f"{options.file} cannot be written: {problem.strerror}. Name another.") from None
    say(f"{options.file} is written. Put your addresses and service ids in, then:")
    say(f"{command()} doctor --config {options.file}", "  ")
    return 0


def template() -> str:
    """The text of the file; it can be read as it stands."""
    values = {
        "EDITIONS": ", ".join(editions.EDITIONS),
        "EDITION": editions.DEFAULT,
        "ENOUGH": str(ENOUGH),
        "READINGS": ", ".join(editions.READINGS),
        "READING": next(iter(editions.READINGS)),
        "CAPABILITIES": "\n".join(f'#   "{name}": {what}' for name, what in CAPABILITIES.items()),
        "PURPOSES": "\n".join(
            f'{"" if purpose == "later" else "# "}{purpose} = "2000000001"   # {what}'
            for purpose, what in SERVICE_PURPOSES.items()
        ),
    }
    text = _TEMPLATE
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
