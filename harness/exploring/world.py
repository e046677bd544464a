"""What the steps of one sequence share: who acts, the slots, the patients, what was booked, and the model of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..actors import calls
from ..actors.appointment_body import Slot
from ..actors.calls import Call
from ..actors.consumer import ConsumerSystem
from ..actors.paging import pages
from ..actors.patients import Patient
from ..bookkeeping.booking_log import BookingLog
from ..http.exchange import Exchange
from ..judging.verdicts import Judged
from ..model.allowed import OVERLOADED, Allowed, Breach
from ..model.provider import ProviderModel
from ..model.registry import RegistryModel
from ..scenario.context import Appointment
from ..scenario.registry_entries import Entry
from ..settings.model import Part, Settings
from .contents import Contents
from .diary import Diary
from .ledger import Ledger

#: The organisations that act, as the settings name them. One of another kind may be refused by a local rule.
WHO = ("first_111", "second_111")


class Broken(Exception):
    """An answer fails a requirement."""

    def __init__(self, judged: Judged) -> None:
        super().__init__(judged.observation.requirement)
        self.judged = judged


class NothingLearned(Exception):
    """The sequence ends here without a verdict: the system is overloaded, or what was broken is known already."""


class EndsHere(Exception):
    """The sequence ends here: what came of it is left to the system."""


@dataclass
class Done:
    """A step that was carried out: its words, and the requests that it took."""

    keyword: str
    words: str
    exchanges: list[Exchange] = field(default_factory=list)


class World:
    """One sequence. ``known`` are the requirements that are known to be broken: they are not found again."""

    def __init__(
        self,
        settings: Settings,
        part: Part,
        diary: Diary,
        log: BookingLog,
        patients: Sequence[Patient],
        known: frozenset[str],
        ledger: Ledger,
    ) -> None:
        self.settings = settings
        self.part = part
        self.ledger = ledger
        self.model = ProviderModel(settings.edition, settings.reading)
        self.registry = RegistryModel(settings.edition, settings.reading)
        self.contents = Contents(settings.edition)
        self.entries: list[Entry] = []
        self.patients = patients
        self.appointments: list[Appointment] = []
        #: The X-Request-ID of each booking that was accepted, by the name of its appointment.
        self.request_ids: dict[str, str] = {}
        #: The names of those that were booked with nothing odd about it.
        self.plainly_booked: set[str] = set()
        self.done: list[Done] = []
        self.slots: list[Slot] = []
        #: Whether the answer to a booking stands for a read of the appointment.
        self.sparing = False
        self._diary = diary
        self._known = known
        self._consumers = {who: ConsumerSystem(settings, who, self.ledger.recorder, log) for who in WHO}

    def close(self) -> None:
        for consumer in self._consumers.values():
            consumer.close()

    def begin(self, *, confirming: bool) -> None:
        """The first search: it finds the slots of the sequence."""
        if not self.part.as_role.offers_slots:
            return
        self.says(f"{WHO[0]} searches for free slots", keyword="Given")
        service = self.part.service("later")
        self.slots = self._diary.take(
            lambda since, until: self.pages(WHO[0], calls.search_slots(service, since, until)),
            service,
            confirming=confirming,
        )
        for slot in self.slots:
            self.model.searched([slot.identifier], [slot.identifier])

    # -- acting ------------------------------------------------------------------------------

    def consumer(self, who: str) -> ConsumerSystem:
        return self._consumers[who]

    def says(self, words: str, keyword: str = "When") -> None:
        """The requests from now on are those of a step of these words."""
        self.done.append(Done(keyword, words))

    def send(self, who: str, call: Call) -> Exchange:
        """Send a request, and look at what every answer must be.

        Raises:
            Broken: it is not so.
            NothingLearned: there is no answer from which to go on.
        """
        exchange = self._consumers[who].send(self.part, call)
        self.done[-1].exchanges.append(exchange)
        self.look()
        if exchange.response is None or exchange.status in OVERLOADED:
            raise NothingLearned(exchange.summary())
        return exchange

    def pages(self, who: str, call: Call) -> list[Exchange]:
        """Send a search, and ask for all its pages."""
        world = self

        class Sender:
            def send(self, part: object, call: Call) -> Exchange:
                return world.send(who, call)

        return list(pages(Sender(), self.part, call))

    # -- holding against the model ----------------------------------------------------------------

    def look(self) -> None:
        """Raises Broken for a new failure. What is known is passed over."""
        for judged in self.ledger.failures():
            if judged.observation.requirement not in self._known:
                raise Broken(judged)

    def hold(self, breach: Breach | None, exchange: Exchange) -> None:
        """Raises Broken for a breach, and NothingLearned for a known one: what comes of it is no failure of its own."""
        self.ledger.breach(breach, exchange)
        self.look()
        if breach is not None:
            raise NothingLearned(breach.requirement)

    def done_by(self, allowed: Allowed, exchange: Exchange) -> bool:
        """Whether an answer that is allowed says that the request was carried out; one that is not is a breach."""
        self.hold(allowed.breach(exchange.status, exchange.summary()), exchange)
        done = exchange.status in allowed.done
        # A rejection where the request may also be carried out says nothing of what is required.
        if done or not allowed.done:
            self.ledger.held.setdefault(allowed.requirement, []).append(exchange)
        return done

    def appointment(self, number: int) -> Appointment | None:
        """The appointment that a number means; None where nothing is booked yet."""
        return self.appointments[number % len(self.appointments)] if self.appointments else None

    def who(self, one: Appointment, number: int) -> str:
        """Who booked an appointment where the number is 0, and the other organisation else."""
        booker = one.consumer.organisation.key
        return booker if number == 0 else next(name for name in WHO if name != booker)

    def slot(self, number: int) -> tuple[Slot, str]:
        """The slot that a number means, and its words."""
        index = number % len(self.slots)
        return self.slots[index], f"slot {index + 1}"

    def patient(self, number: int) -> tuple[Patient, str]:
        """The patient that a number means, and the words for them."""
        index = number % len(self.patients)
        return self.patients[index], f"patient {index + 1}"
