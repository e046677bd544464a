"""``uec-booking prove`` through the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

#: Seconds that a proof may take before it is ended.
PATIENCE = 500
VARIANT = "one-trace-each-encounter"
PROGRAM = "import sys\nfrom uec_booking.harness.cli import main\nif __name__ == '__main__':\n    sys.exit(main())"


def prove(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """As the installed command does: from a script, because workers are started from it anew."""
    script.write_text(PROGRAM, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), "prove", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


def test_a_defect_is_killed_on_its_requirement_and_the_proof_goes_on_where_it_was(tmp_path: Path) -> None:
    script, out = tmp_path / "program.py", tmp_path / "out"
    options = ("--quick", "--defects", "double-booking and not at-once", "--variants", "other-base-path", "--out", out)
    done = prove(script, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads((out / "proof.json").read_text(encoding="utf-8"))
    # A slot that is sold twice breaks other clauses too, as the features have them.
    assert [{**one, "also_failed": []} for one in document["defects"]] == [
        {
            "name": "double-booking",
            "requirement": "PRV-BOOK-10",
            "verdict": "FAIL",
            "reached": True,
            "killed": True,
            "localised": True,
            "also_failed": [],
            "others": None,
            "part": "provider",
        }
    ]
    assert document["variants"] == [{"name": "other-base-path", "false_alarms": [], "part": "setup"}]
    assert "other-base-path" in (out / "proof.html").read_text(encoding="utf-8")
    assert document["sensitivity"] == document["localisation"] == 1.0
    assert document["specificity"] == 1.0
    assert document["repeatability"] == {"runs": 0, "flips": {}}
    assert document["controls"] == {
        "clean_failed": [],
        "canary": "double-booking",
        "canary_killed": True,
        # Only what is chosen is tested, so no consumer was.
        "consumers": {"clean_failed": [], "canary": "", "canary_killed": False},
        "troubles": {},
    }

    # The last line was being written when it was cut off: that run is made again, the others are not.
    journal = out / "prove.jsonl"
    *lines, last = journal.read_text(encoding="utf-8").splitlines()
    journal.write_text("\n".join([*lines, last[:-40]]), encoding="utf-8")
    (out / "proof.json").unlink()
    baseline = tmp_path / "before.json"
    baseline.write_text(json.dumps(document), encoding="utf-8")
    again = prove(script, *options, "--baseline", baseline)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "2 of 2 runs were made before; 0 to go." in again.stdout
    assert json.loads((out / "proof.json").read_text(encoding="utf-8")) == document


def test_a_defect_of_a_consumer_is_killed_on_its_requirement_and_a_variant_is_left_in_peace(tmp_path: Path) -> None:
    out = tmp_path / "out"
    # Both are decided by scenarios of one kind, so few of them run against the clean consumer.
    options = ("--consumer-defects", "CON-REB-02 and cancels-first", "--consumer-variants", VARIANT)
    done = prove(
        tmp_path / "program.py", "--quick", "--defects", "not *", "--variants", "not *", *options, "--out", out
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "written by hand, consumers: 1 of 1 detected (100.0%), 1 localised" in done.stdout
    document = json.loads((out / "proof.json").read_text(encoding="utf-8"))
    (defect,) = document["defects"]
    assert (defect["name"], defect["verdict"], defect["part"]) == ("cancels-first", "WARN", "consumer")
    assert defect["reached"] and defect["killed"] and defect["localised"]
    assert document["variants"] == [{"name": VARIANT, "false_alarms": [], "part": "consumer"}]
    assert document["controls"] == {
        **{"clean_failed": [], "canary": "", "canary_killed": False, "troubles": {}},
        "consumers": {"clean_failed": [], "canary": "cancels-without-confirmation", "canary_killed": True},
    }


def test_nothing_selected_and_wrong_expressions_are_told(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    for expression, said in (("no-such-defect", "Nothing was selected"), ("(", "cannot be read")):
        done = prove(script, "--defects", expression, "--variants", "not *", "--out", tmp_path / "out")
        assert done.returncode == 3
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    done = prove(script, "--baseline", tmp_path / "none.json", "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "is not a proof.json" in done.stderr
