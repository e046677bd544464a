"""Where somebody comes with settings that do not work: a good system, and what makes one mistake of it."""

from __future__ import annotations

import datetime
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import trustme

from ..foreign.generous_data import SERVICE
from ..support.wsgi_serving import Served
from .answering_server import Answer, searchset, serving


@dataclass
class Clinic:
    """``good`` is a system that can be tested; what else is started ends with ``ends``. Files go into ``folder``."""

    good: Served
    folder: Path
    ends: ExitStack

    @property
    def port(self) -> int:
        return int(urlsplit(self.good.root).port or 0)

    def settings(self, *, url: str = "", provider: str = "", tls: str | None = None, top: str = "", rest: str = "",
                 service: str = SERVICE) -> str:  # fmt: skip
        """The text of a settings file, good but for what is given."""
        tls = f'ca = "{self.good.ca}"' if tls is None else tls
        return (
            f'{top}\n[provider]\nbase_url = "{url or self.good.root}"\n{provider}\n[provider.services]\n'
            f'later = "{service}"\n[tls]\n{tls}\n{rest}\n'
        )

    def write(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return name

    def serve(self, answer: Answer, context: ssl.SSLContext | None = None) -> str:
        """The address of a server that answers so."""
        return self.ends.enter_context(serving(answer, context))

    def answered(self, answer: Answer, provider: str = "") -> str:
        """Good settings for a server that answers so over HTTP."""
        return self.settings(url=self.serve(answer), tls="", provider=provider)

    def tls_server(self, *names: str, wants: trustme.CA | None = None, **times: datetime.datetime) -> tuple[str, str]:
        """The address of a server with TLS, and the line that trusts it; ``wants`` signs whom it lets in."""
        authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*(names or ("localhost",)), **times).configure_cert(context)
        if wants is not None:
            wants.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        name = self.write("ca.pem", authority.cert_pem.bytes())
        return self.serve(searchset, context), f'ca = "{name}"\n'

    def client(
        self, *, key: bytes = b"", certificate: bytes = b"", password: str = "", **times: datetime.datetime
    ) -> str:
        """The lines that name a client certificate and its key, or what is given in their place."""
        issued = trustme.CA().issue_cert("client.example", **times)
        self.write("client.pem", certificate or issued.cert_chain_pems[0].bytes())
        self.write("key.pem", key or issued.private_key_pem.bytes())
        line = f'client_key_password = "{password}"\n' if password else ""
        return f'ca = "{self.good.ca}"\nclient_certificate = "client.pem"\nclient_key = "key.pem"\n{line}'
