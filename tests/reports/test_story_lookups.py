"""What a consumer asks DoS and the registry is drawn as far as the run keeps it: as its checks saw it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from lxml import html
from uec_booking.harness.judging.decides import declared_by
from uec_booking.reports.stories.lookups import KINDS

from .story_runs import consumer_run, pages, words


def exchange_links(svg: html.HtmlElement) -> list[html.HtmlElement]:
    return [link for link in svg.iter("a") if "#exchange-" in link.get("href")]


def test_of_a_consumer_its_providers_are_told_apart(tmp_path: Path) -> None:
    told, _ = pages(consumer_run(), tmp_path)
    (svg,) = told.iter("svg")
    at = {words(one): one.get("x") for one in svg.find_class("name")}
    tips = [link.find("polygon").get("points").partition(",")[0] for link in exchange_links(svg)]
    to = [*["Original provider"] * 2, "Second provider", "Original provider"]
    assert tips == [at[one] for one in to]
    assert [words(one) for one in svg.find_class("player")][2::3] == ["under test", "played by the suite"]
    assert "x4 Cancel original appointment" in words(svg)


def test_what_a_consumer_looks_up_is_drawn_as_its_checks_saw_it(tmp_path: Path) -> None:
    told, report = pages(consumer_run(), tmp_path)
    (svg,) = told.iter("svg")
    at = {words(one): one.get("x") for one in svg.find_class("name")}
    links = list(svg.iter("a"))
    assert [link.find("text").text.partition(" ")[0] for link in links] == ["x1", "x2", "Background", "DoS", "x3", "x4"]
    search, services = links[2:4]
    assert [link.get("href") for link in (search, services)] == ["report.html#REG-21", "report.html#WKF-12"]
    for link, target in ((search, "Registry"), (services, "DoS")):
        assert link.find("polygon").get("points").partition(",")[0] == at[target]
        assert link.find("line").get("x1") == at["Consumer system"]
        assert "the exchange itself is not in the record" in words(link)
        assert len(link.findall("line")) == 1 and report.xpath(f"//*[@id='{link.get('href').partition('#')[2]}']")
    assert [words(one) for one in svg.find_class("sign")] == ["✗"] == [words(one) for one in search.find_class("sign")]
    assert not svg.find_class("idle")
    assert "2 look-ups seen by checks only, 1 deviation" in words(svg.find("desc"))
    (listed,) = told.find_class("listed")
    assert "Consumer system to DoS: DoS service search, seen by the check of WKF-12" in words(listed)
    assert words(listed).count("✗ not met: REG-21, expected a token that the registry takes") == 1


def test_a_registry_that_is_asked_by_the_proxy_is_drawn_once_by_its_exchange(tmp_path: Path) -> None:
    told, _ = pages(consumer_run(by_proxy=True), tmp_path)
    (svg,) = told.iter("svg")
    at = {words(one): one.get("x") for one in svg.find_class("name")}
    texts = [link.find("text").text.partition(" ")[0] for link in svg.iter("a")]
    assert texts == ["x1", "x2", "DoS", "x9", "x3", "x4"]
    search = list(svg.iter("a"))[3]
    assert search.find("polygon").get("points").partition(",")[0] == at["Registry"]
    assert "x9 Background check for existing appointments" in words(search)
    (listed,) = told.find_class("listed")
    assert words(listed).count("not met: REG-21") == words(listed).count("not met: REG-22") == 1


def test_what_a_consumer_did_not_look_up_is_no_arrow_and_wanting_at_its_sentence(tmp_path: Path) -> None:
    told, _ = pages(consumer_run(asked=False), tmp_path)
    (svg,) = told.iter("svg")
    assert list(svg.iter("a")) == exchange_links(svg)
    assert not svg.find_class("asked") and not svg.find_class("wrong")
    (listed,) = told.find_class("listed")
    last = [words(one) for one in listed.find("ol").findall("li")[-2:]]
    assert "✗ not met: REG-23" in last[0] and "? could not be observed: REG-21" in last[0]
    assert "✗ not met: WKF-12" in last[1]


def test_look_ups_are_seen_by_checks_of_the_suite() -> None:
    """A check that has another name, or decides something else, would show none."""
    for kind in KINDS:
        module, _, function = kind.check.rpartition(".")
        declared = declared_by(getattr(import_module(f"uec_booking.harness.checks.{module}"), function))
        assert declared is not None and declared.name == kind.check
        assert {kind.shown_by, *kind.about} <= declared.decides
