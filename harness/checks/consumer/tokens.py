"""Expectations of how a consumer proves who it is when it connects (SEC-36)."""

from __future__ import annotations

from ...errors import ToAttest
from ...judging.decides import decides
from ...judging.recorder import Recorder
from ...scenario.call_taken import CallTaken
from ...settings.consumer import CONSUMER
from ..call_records import exchanges


@decides("SEC-36")
def shows_a_certificate(recorder: Recorder, taken: CallTaken) -> None:
    """SEC-36: each connection to the Spine Secure Proxy has a client certificate that is trusted there.

    Raises:
        ToAttest: the proxy does not ask for client certificates, so their use was not seen.
    """
    shown = {request.exchange.extra.get("certificate") for request in taken.requests}
    if not taken.refused and not shown & {"presented", "absent"}:
        if not taken.requests:
            recorder.not_observed("SEC-36", "nothing came to the Spine Secure Proxy")
            return
        raise ToAttest(
            "the Spine Secure Proxy was not set up to ask for client certificates (consumer.mutual_tls in the settings)"
        )
    bare = [one for one in taken.requests if one.exchange.extra.get("certificate") == "absent"]
    wrong = f"rejected: {taken.refused[0]}" if taken.refused else "none was shown" if bare else ""
    recorder.expect(
        "SEC-36",
        not wrong,
        expected="a client certificate that is trusted",
        actual=wrong or "as expected",
        of=exchanges(bare or taken.requests),
        system=CONSUMER,
    )
