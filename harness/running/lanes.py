"""Which worker process runs which scenario.

Scenarios of a consumer run one at a time (``exclusive.one_at_a_time``): spread over several workers they would keep
each other waiting. So one worker has all of them, and the others take what there is, one by one, as they are free.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The module of ``features/`` that binds the scenarios of a consumer.
_ONE_AT_A_TIME = "test_consumer_features.py"


class Lanes(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """The scenarios of a consumer are one piece of work, every other scenario is one of its own."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        # In the order of the features, so that what is to come last does.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module.endswith(_ONE_AT_A_TIME) else nodeid

    def remove_node(self, node: Any) -> str | None:
        """A worker process is gone: what it had not begun is for others; returns what it was at, which is lost.

        xdist would hand out what was done as well, of which no worker reports anything, and so wait for ever.
        """
        had = self.assigned_work.pop(node)
        left = {name: scope for scope, work in had.items() for name, done in work.items() if not done}
        lost = next(iter(left), None)
        for name, scope in reversed(left.items()):
            if name != lost:
                self.workqueue[scope] = {name: False, **self.workqueue.get(scope, {})}
                # Some scenarios come last, so these go before them.
                self.workqueue.move_to_end(scope, last=False)
        for other in self.assigned_work:
            self._reschedule(other)
        return lost
