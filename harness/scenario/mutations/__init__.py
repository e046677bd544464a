"""The single things in which a request of a trial can differ from a good one, by the names the features use."""

from __future__ import annotations

from .bodies import BODIES
from .by_rule import BY_RULE
from .named import Named
from .near_tokens import NEAR_TOKENS
from .patients import PATIENTS
from .pointers import POINTERS
from .requests import REQUESTS
from .sending import SENDING
from .tokens import TOKENS

ALL: Named = {**TOKENS, **NEAR_TOKENS, **REQUESTS, **BODIES, **PATIENTS, **SENDING, **POINTERS, **BY_RULE}
