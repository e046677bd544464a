"""A recording as it is judged: the requests of the consumer under test in their order, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from ...errors import SettingsError
from ...http.client import new_exchange_id
from ...http.exchange import Exchange
from ...settings.consumer import CONSUMER, ConsumerUnderTest, Recorded
from ..requests import ProviderCall, provider_call
from . import bounds, har, record
from .courses import Attribution, Course, courses


@dataclass(frozen=True)
class Recording:
    """``calls`` are the requests to providers, ``registry`` those to the registry, both in the order they were sent.

    ``owners`` says whose each appointment is, by its URL. ``left_out`` counts what was of no concern.
    """

    calls: tuple[ProviderCall, ...]
    registry: tuple[Exchange, ...]
    owners: Mapping[str, str]
    left_out: int

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """What there is of each patient."""
        return tuple(courses(self.calls))

    @property
    def registry_through_proxy(self) -> tuple[ProviderCall, ...]:
        """What the registry was asked through the Spine Secure Proxy, which is none of its ways."""
        return tuple(call for call in self.calls if call.exchange.extra.get("to_registry"))

    def anew(self) -> Recording:
        """The same under other ids: a scenario keeps what it looks at under ids of its own."""
        calls = tuple(replace(call, exchange=replace(call.exchange, id=new_exchange_id())) for call in self.calls)
        registry = tuple(replace(exchange, id=new_exchange_id()) for exchange in self.registry)
        return replace(self, calls=calls, registry=registry)


def read(consumer: ConsumerUnderTest) -> Recording:
    """The recording that the settings name.

    Raises:
        SettingsError: it cannot be used, or has nothing of the providers that the settings name.
    """
    recorded = consumer.recording
    assert recorded is not None
    path = Path(recorded.file)
    content = bounds.content(path)
    ours_of_proxy = record.is_record(content)
    form = record if ours_of_proxy else har
    found = sorted(form.exchanges(path, content), key=lambda one: one.started)
    found = [replace(one, system=CONSUMER, actor="the consumer under test", note="recorded") for one in found]
    registry = [one for one in found if _is_to_registry(one, recorded)]
    others = [one for one in found if not _is_to_registry(one, recorded)]
    passed = others if ours_of_proxy else list(_to_providers(others, recorded.providers))
    attribution = Attribution(consumer)
    calls = tuple(_marked(attribution.of(provider_call(one, recorded.providers)), recorded) for one in passed)
    if not calls:
        raise SettingsError(
            f"The recording {path} has no request to {' or '.join(recorded.providers) or 'a provider'} among its "
            f"{len(found)}. Write base_url of the provider as the consumer called it, in [provider], or record again."
        )
    return Recording(calls, tuple(registry), attribution.owners, len(others) - len(passed))


def _is_to_registry(exchange: Exchange, recorded: Recorded) -> bool:
    return _within(exchange.request.url, recorded.registry)


def _marked(call: ProviderCall, recorded: Recorded) -> ProviderCall:
    """With a mark where it asks the registry through the proxy."""
    if not _within(call.target, recorded.registry):
        return call
    return replace(call, exchange=replace(call.exchange, extra={**call.exchange.extra, "to_registry": True}))


def _within(url: str, base: str) -> bool:
    return bool(base) and url.startswith((f"{base}/", f"{base}?"))


def _to_providers(others: Sequence[Exchange], roots: Mapping[str, str]) -> Iterator[Exchange]:
    """What came to the proxy, or to a provider directly. An archive may have much else.

    Where nothing came to a proxy it was recorded behind one: then providers seem to be called directly.
    """
    proxies = {_origin(one.request.url) for one in others if provider_call(one, roots).root}
    for one in others:
        direct = any(one.request.url.startswith(f"{root}/") for root in roots)
        if _origin(one.request.url) in proxies and not direct:
            yield one
        elif direct:
            yield replace(one, extra={**one.extra, "direct" if proxies else "behind_proxy": True})


def _origin(url: str) -> str:
    try:
        pieces = urlsplit(url)
    except ValueError:
        return ""
    return f"{pieces.scheme}://{pieces.netloc}"
