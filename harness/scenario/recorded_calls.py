"""What one scenario of a recorded consumer works with: the recording, of which it keeps what it looks at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..consumer.recording.courses import Course
from ..consumer.recording.reading import Recording
from ..consumer.requests import Interaction, ProviderCall
from ..judging.recorder import Recorder

_OF_APPOINTMENTS = (Interaction.BOOK, Interaction.READ, Interaction.CANCEL, Interaction.SEARCH)


@dataclass(frozen=True)
class RecordedCalls:
    """The recorder of a scenario, and the recording under ids of its own."""

    recorder: Recorder
    recording: Recording

    @property
    def courses(self) -> tuple[Course, ...]:
        return self.recording.courses

    @property
    def searches(self) -> tuple[ProviderCall, ...]:
        """The slot searches that were answered."""
        return tuple(c for c in self.recording.calls if c.interaction is Interaction.SLOTS and c.exchange.ok)

    def check_all(self) -> None:
        """Keep every request, each checked as every request of a consumer is."""
        for call in self.recording.calls:
            self.recorder.exchange(call.exchange)

    def keep(self, interactions: Collection[Interaction] = _OF_APPOINTMENTS) -> None:
        """Keep what a scenario looks at; it was checked by the one that looks at all."""
        for call in self.recording.calls:
            if call.interaction in interactions:
                self.recorder.exchange(call.exchange, checked=False)

    def keep_registry(self) -> None:
        """Keep what the registry was asked, and every booking."""
        self.keep((Interaction.BOOK,))
        for exchange in self.recording.registry:
            self.recorder.exchange(exchange, checked=False)
