"""What the control interface rejects, so that no call of it can break the world for all that follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ..support.simulator_client import Simulator


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A world that serves after all calls as it did before them, and has nothing to say about a fault of its own."""
    simulator = Simulator(tmp_path_factory.mktemp("control"), "--http")
    yield simulator
    assert simulator.consumer().search().status_code == 200
    assert simulator.consumer("second_provider").search().status_code == 200
    assert simulator.close() == 0
    assert simulator.said == ""


OUT_OF_RANGE = [
    "9999-12-31T23:59:59+00:00",
    "9999-12-31T23:59:59-14:00",
    "2100-01-01T00:00:00+00:00",
    "1999-12-31T23:59:59+00:00",
    "0001-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00",
]
NO_MOMENTS = [
    "2030-01-01T09:00:00",
    "2030-01-01",
    "2030-02-30T09:00:00+00:00",
    "2030-01-01T25:00:00+00:00",
    "tomorrow",
    "",
    "\ud800",
    "9" * 5000,
    None,
    20300101,
    ["2030-01-01T09:00:00+00:00"],
]


@pytest.mark.parametrize("moment", [*OUT_OF_RANGE, *NO_MOMENTS], ids=lambda moment: repr(moment)[:30])
def test_a_moment_that_is_none_or_out_of_range(world: Simulator, moment: object) -> None:
    before = world.control("GET", "/clock").json()["now"]
    good = "2030-01-01T09:00:00+00:00"
    for starts in ([moment], [good, moment]):
        seed = {"provider": "utc", "diary": "utc-diary-1", "starts": starts}
        answer = world.control("POST", "/diary", seed)
        assert (answer.status_code, list(answer.json())) == (400, ["error"])
    answer = world.control("PUT", "/clock", {"now": moment})
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert world.control("GET", "/clock").json()["now"][:15] == before[:15]
    # Nothing of a call that is refused was carried out.
    assert good not in {slot["start"] for slot in world.consumer().slots(24 * 365 * 20)}


@pytest.mark.parametrize(
    "seconds", ["NaN", "Infinity", "-Infinity", "-1", "1e400", "1e18", "1" + "0" * 400, "true", '"60"', "null", "[1]"]
)
def test_a_length_of_time_that_is_none(world: Simulator, seconds: str) -> None:
    control = world.config["control"]
    answer = world.session.put(
        control["url"] + "/clock",
        data=f'{{"advance_seconds": {seconds}}}',
        headers={"Authorization": f"Bearer {control['token']}"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert "advance_seconds" in answer.json()["error"]


def test_the_clock_cannot_be_advanced_out_of_range(world: Simulator) -> None:
    assert world.control("PUT", "/clock", {"now": "2095-01-01T00:00:00+00:00"}).status_code == 200
    try:
        assert world.control("PUT", "/clock", {"advance_seconds": 315_000_000}).status_code == 400
        assert world.control("GET", "/clock").json()["now"].startswith("2095-01-01T00:00")
        # At the far end of its times it still keeps diaries.
        assert world.control("PUT", "/clock", {"now": "2099-12-31T23:59:59+00:00"}).status_code == 200
        assert world.consumer().search().status_code == 403
    finally:
        assert world.control("PUT", "/clock", {"reset": True}).status_code == 200


@pytest.mark.parametrize("day", ["2030-03-31", "2030-10-27"])
def test_local_times_around_a_change_of_the_clocks(world: Simulator, day: str) -> None:
    """A time has its offset, so the hour that is there twice, or not at all, is what it says."""
    starts = [f"{day}T01:07:00+00:00", f"{day}T01:07:00+01:00", f"{day}T02:07:00+01:00"]
    seed = {"provider": "utc", "diary": "utc-diary-2", "starts": starts}
    assert world.control("POST", "/diary", seed).json() == {"added": 2}
    shown = {slot["start"] for slot in world.consumer().slots(24 * 365 * 20)}
    assert {f"{day}T00:07:00+00:00", f"{day}T01:07:00+00:00"} <= shown


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/received?after=%C2%B2", None),
        ("GET", "/received?after=-1", None),
        ("GET", f"/received?after={'9' * 5000}", None),
        ("GET", "/audit?appointment=%00", None),
        ("GET", "/audit?provider=%EF%BF%BE", None),
        ("POST", "/staff-cancel", {"url": "http://[::bad/"}),
        ("POST", "/staff-cancel", {"url": "https://localhost/utc/STU3/1/booking/Appointment/\ud800"}),
        ("POST", "/staff-touch", {"url": "https://localhost/utc/STU3/1/booking/Appointment/a\u0000"}),
        ("POST", "/staff-touch", {"url": ["https://localhost/"]}),
        ("POST", "/diary", {"provider": "\ud800", "diary": "\ud800", "starts": []}),
        ("POST", "/diary", {"provider": "utc", "diary": "utc-diary-1", "starts": {"a": 1}}),
        ("PUT", "/defects", {"names": ["\ud800"]}),
        ("PUT", "/defects", {"names": [{}]}),
        ("PUT", "/defects", 7),
        ("PUT", "/clock", []),
        ("PUT", "/clock", {}),
    ],
)
def test_other_calls_that_cannot_be_carried_out(world: Simulator, method: str, path: str, body: object) -> None:
    answer = world.control(method, path, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]


def test_a_body_that_is_no_json_or_not_whole(world: Simulator) -> None:
    control = world.config["control"]
    headers = {"Authorization": f"Bearer {control['token']}"}
    for body, expected in ((b"\xff", 400), (b"[" * 100_000, 400), (b"9" * 5000, 400), (b" " * 1_000_001, 413)):
        answer = world.session.put(control["url"] + "/clock", data=body, headers=headers, timeout=10)
        assert answer.status_code == expected
        assert answer.json()["error"]
