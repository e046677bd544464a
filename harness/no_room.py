"""A full disk, a quota, a limit on the size of files: nothing of ours is broken, and the user can make room."""

from __future__ import annotations

import errno

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


def is_no_room(problem: BaseException) -> bool:
    """Whether a write failed because there was no room for it, or because nothing may be written there."""
    return isinstance(problem, OSError) and problem.errno in _NO_ROOM


def told(problem: BaseException) -> str:
    """What failed and where, in a few words."""
    if not isinstance(problem, OSError):
        return str(problem)
    return (problem.strerror or str(problem)) + (f" ({problem.filename})" if problem.filename else "")
