"""Systems that are not reached straight: through a Spine Secure Proxy, and behind mutual TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import trustme

from ..support.program import World, results, uec
from ..support.within import here
from .reverse_proxy import proxy


def test_through_a_spine_secure_proxy(world: World, tmp_path: Path) -> None:
    """Calls to providers go to the proxy, whole address and all; those to the registry never do (SSP-…)."""
    with proxy(lambda path: path.removeprefix("/"), world.ca) as (root, asked):
        lines = f'ssp_url = "{root}"'
        config = world.settings(
            "through-ssp",
            lambda text: text.replace("[provider]\n", f"[provider]\n{lines}\n").replace(
                "[second_provider]\n", f"[second_provider]\n{lines}\n"
            ),
        )
        done = uec("assure", "--config", config, "--only", "story-d", "--out", tmp_path / "out")
    assert done.status == 0, done.out + done.err
    bases = tuple(world.config[key]["base_url"] for key in ("provider", "second_provider"))
    assert asked
    assert all(url.startswith(bases) for url in asked)
    # Every request that a provider had came that way.
    stored = (tmp_path / "out" / "run.jsonl").read_text(encoding="utf-8")
    assert f'"url": "{bases[0]}' not in stored
    assert f'"url": "{root}/{bases[0]}' in stored
    assert f'"url": "{root}/{world.config["registry"]["base_url"]}' not in stored


def _mutual(authority: trustme.CA, clients: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    clients.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_behind_mutual_tls(launch: Callable[..., World], tmp_path: Path) -> None:
    world = launch("--http")
    base = world.config["provider"]["base_url"]
    upstream = base.split("/utc")[0]
    authority, clients = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(world.folder / "front-ca.pem"))
    issued = clients.issue_cert("client.example")
    issued.cert_chain_pems[0].write_to_path(str(world.folder / "client.pem"))
    issued.private_key_pem.write_to_path(str(world.folder / "client-key.pem"))
    certificate = 'client_certificate = "client.pem"\nclient_key = "client-key.pem"\n'

    def to_https(text: str) -> str:
        # The world writes addresses by the Host header that it was asked by, but it was asked over HTTP.
        return text.replace("http://localhost", "https://localhost")

    with proxy(lambda path: upstream + path, tls=_mutual(authority, clients), rewrite=to_https) as (root, _):
        front = base.replace(upstream, root)
        head = f'[provider]\nbase_url = "{front}"\naudience = "{base}"\n[provider.services]\nlater = "2000000001"\n'
        for name, more in (("with", certificate), ("without", "")):
            text = f'{head}[tls]\nca = "front-ca.pem"\n{more}'
            (world.folder / f"{name}.toml").write_text(text, encoding="utf-8")
        let_in = uec("assure", "--config", world.folder / "with.toml", "--only", "story-a", "--out", tmp_path / "out")
        shut_out = here("assure", "--config", world.folder / "without.toml", "--out", tmp_path / "none")
    assert let_in.status == 0, let_in.out + let_in.err
    assert results(tmp_path / "out")["system"]["parts"]["provider"]["mutual_tls"] is True
    assert shut_out.status == 3
    assert "client certificate" in shut_out.paragraph()
    # Neither a key nor its place is shown.
    for document in (tmp_path / "out").rglob("*"):
        assert document.is_dir() or "client-key" not in document.read_text(encoding="utf-8")
