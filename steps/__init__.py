"""The Gherkin sentences: each finds words for one call into the harness."""

pytest_plugins = [
    "uec_booking.steps.appointments",
    "uec_booking.steps.booking",
    "uec_booking.steps.cancelling",
    "uec_booking.steps.capability",
    "uec_booking.steps.each_way",
    "uec_booking.steps.formats",
    "uec_booking.steps.includes",
    "uec_booking.steps.patients",
    "uec_booking.steps.provider_booking",
    "uec_booking.steps.provider_cancelling",
    "uec_booking.steps.reading",
    "uec_booking.steps.rebooking",
    "uec_booking.steps.registry",
    "uec_booking.steps.registry_account",
    "uec_booking.steps.registry_duties",
    "uec_booking.steps.registry_entries",
    "uec_booking.steps.registry_story",
    "uec_booking.steps.retrying",
    "uec_booking.steps.searching",
    "uec_booking.steps.trials",
]
