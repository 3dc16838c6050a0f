#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scenario runner can fail: wrong expectations are reported, and careless scenarios are refused.

    run_scenarios_test.py [build/mayfly]

Without the program only the parts that need none are tested.
"""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run_scenarios as runner  # noqa: E402

MAYFLY = None


def wrong(expected, actual):
    return [f"{path}: {text}" for path, text in runner.mismatches(expected, actual)]


class Matching(unittest.TestCase):
    def assert_matches(self, expected, actual):
        self.assertEqual(wrong(expected, actual), [])

    def assert_differs(self, expected, actual, path=""):
        found = wrong(expected, actual)
        self.assertTrue(found, f"{expected} should not match {actual}")
        self.assertTrue(found[0].startswith(path), found)

    def test_scalars_are_exact(self):
        self.assert_matches({"a": 1, "b": "x", "c": None, "d": True}, {"a": 1.0, "b": "x", "c": None, "d": True})
        for expected, actual in ((1, 2), (1, "1"), (1, True), (True, 1), (0, False), (None, 0), (None, False), ("x", "y")):
            self.assert_differs({"a": expected}, {"a": actual}, "a")

    def test_what_is_missing_is_no_null(self):
        self.assert_differs({"a": None}, {}, "a")
        self.assert_differs({"a": {"b": 1}}, {}, "a")
        self.assert_differs({"a": {"b": 1}}, {"a": 5}, "a")
        self.assert_matches({"a": {"$absent": True}}, {})
        self.assert_differs({"a": {"$absent": True}}, {"a": None}, "a")
        self.assert_differs({"a": {"$any": True}}, {}, "a")
        self.assert_matches({"a": {"$one_of": [1, {"$absent": True}]}}, {})
        self.assert_differs({"a": {"$one_of": [1, 2]}}, {}, "a")

    def test_objects_in_part_lists_in_full(self):
        self.assert_matches({"a": {"b": 1}}, {"a": {"b": 1, "more": 2}, "more": 3})
        self.assert_differs({"a": [1]}, {"a": [1, 2]}, "a")
        self.assert_differs({"a": [1, 2]}, {"a": [1]}, "a")
        self.assert_differs({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, "a[0].b")
        self.assert_differs({"a": []}, {"a": {}}, "a")

    def test_matchers(self):
        good = [({"$regex": "^a.c$"}, "abc"), ({"$gte": 1}, 1), ({"$lte": 1}, 0.5), ({"$gte": 1, "$lte": 3}, 2),
                ({"$length": 2}, [1, 2]), ({"$length": 2}, "ab"), ({"$has": [1, 3]}, [1, 2, 3]), ({"$only": {"a": 1}}, {"a": 1}),
                ({"$not": 1}, 2), ({"$not": {"a": 1}}, {"a": 2}), ({"$any": True}, None),
                ({"$one_of": [1, 2]}, 2), ({"$one_of": [{"$regex": "x"}, None]}, None)]
        bad = [({"$regex": "^a$"}, "abc"), ({"$regex": "1"}, 1), ({"$gte": 2}, 1), ({"$gte": 0}, "1"), ({"$gte": 0}, True), ({"$lte": 0}, 1),
               ({"$gte": 1, "$lte": 3}, 4), ({"$length": 2}, [1]), ({"$length": 1}, 1), ({"$has": [3, 1]}, [1, 2, 3]), ({"$has": [1, 1]}, [1]),
               ({"$has": [1]}, 1), ({"$only": {"a": 1}}, {"a": 1, "b": 2}), ({"$only": {"a": 1}}, {}), ({"$not": 1}, 1),
               ({"$one_of": [1, 2]}, 3), ({"$one_of": []}, 1)]
        for matcher, actual in good:
            self.assert_matches({"x": matcher}, {"x": actual})
        for matcher, actual in bad:
            self.assert_differs({"x": matcher}, {"x": actual}, "x")

    def test_our_own_tags_are_plain_keys(self):
        self.assert_matches({"a": {"$mayfly": "undefined"}}, {"a": {"$mayfly": "undefined"}})
        self.assert_differs({"a": {"$mayfly": "undefined"}}, {"a": {"$mayfly": "proxy"}}, "a.$mayfly")

    def test_a_misspelt_matcher_is_refused(self):
        for expected in ({"$gt": 1}, {"$regexp": "x"}, {"$gte": 1, "other": 2}, [{"deep": [{"$abent": True}]}]):
            with self.assertRaises(runner.BadScenario):
                runner.check_matchers({"x": expected})


class Folders(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def add(self, name, program="1;", **settings):
        folder = self.root / name
        folder.mkdir()
        if program is not None:
            (folder / "program.js").write_text(program)
        (folder / "scenario.json").write_text(json.dumps({"about": "a test of the runner", **settings}))

    def run_all(self, *arguments, mayfly=None):
        out, err = io.StringIO(), io.StringIO()
        out.reconfigure = lambda **_: None
        argv = ["run_scenarios.py", "--scenarios", str(self.root), "--mayfly", str(mayfly or MAYFLY), *arguments]
        with mock.patch.object(sys, "argv", argv), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = runner.main()
        return status, out.getvalue(), err.getvalue()


class Loading(Folders):
    def assert_refused(self, why):
        status, _, err = self.run_all(mayfly="/nonexistent")
        self.assertEqual(status, 2)
        self.assertIn(why, err)

    def test_nothing_expected(self):
        self.add("a", exit=1)
        self.assert_refused("cannot fail")

    def test_an_empty_expectation(self):
        self.add("a", expect={})
        self.assert_refused("cannot fail")

    def test_an_unknown_setting(self):
        self.add("a", expects={"result": 1})
        self.assert_refused("expects")

    def test_a_misspelt_matcher(self):
        self.add("a", expect={"logs": [{"$reges": "x"}]})
        self.assert_refused("$reges")

    def test_no_program(self):
        self.add("a", program=None, expect={"result": 1})
        self.assert_refused("program.*")

    def test_broken_json(self):
        self.add("a", expect={"result": 1})
        (self.root / "a/scenario.json").write_text("{")
        self.assert_refused("a:")

    def test_a_filter_without_a_match(self):
        self.add("a", expect={"result": 1})
        status, _, err = self.run_all("--filter", "zzz", mayfly="/nonexistent")
        self.assertEqual(status, 2)
        self.assertIn("zzz", err)

    def test_list_runs_nothing(self):
        self.add("a", expect={"result": 1}, cases={"one": {}, "two": {"exit": 3}})
        status, out, _ = self.run_all("--list", mayfly="/nonexistent")
        self.assertEqual(status, 0)
        self.assertIn("a:one", out)
        self.assertIn("a:two", out)

    def test_a_program_that_cannot_be_started_is_a_failure(self):
        self.add("a", expect={"result": 1})
        status, out, _ = self.run_all(mayfly="/nonexistent")
        self.assertEqual(status, 1)
        self.assertTrue(out.endswith("0 passed, 1 failed\n"), out)


class Running(Folders):
    """Against the real program: each expectation is wrong in one way, and the runner has to say so."""

    def setUp(self):
        super().setUp()
        if MAYFLY is None:
            self.skipTest("no mayfly given")

    def assert_fails(self, *parts, program="console.log('hi'); ({ n: 1 });", **settings):
        self.add("wrong", program, **settings)
        status, out, _ = self.run_all()
        self.assertEqual(status, 1, out)
        self.assertIn("FAIL  wrong", out)
        self.assertTrue(out.endswith("0 passed, 1 failed\n"), out)
        for part in parts:
            self.assertIn(part, out)

    def test_right(self):
        self.add("right", "console.log('hi'); ({ n: 1 });", expect={"result": {"n": 1}, "logs": [{"args": ["hi"]}]})
        status, out, _ = self.run_all()
        self.assertEqual((status, out.splitlines()[-1]), (0, "1 passed, 0 failed"), out)

    def test_wrong_result(self):
        self.assert_fails("result.n: expected 2, got 1", "command: ", expect={"result": {"n": 2}})

    def test_wrong_exit_status(self):
        self.assert_fails("expected exit status 1, got 0", exit=1, expect={"result": {"n": 1}})

    def test_wrong_log(self):
        self.assert_fails('logs[0].args[0]: expected "ho", got "hi"', expect={"logs": [{"args": ["ho"]}]})

    def test_wrong_column(self):
        self.assert_fails("error.column: expected 8, got 7", program="throw new Error('x');", exit=1, expect={"error": {"column": 8}})

    def test_wrong_stdout_and_stderr(self):
        self.assert_fails("stdout does not match", "stderr does not match", stdout="^no such result$", stderr="^no such log$")

    def test_no_difference(self):
        self.assert_fails("two runs should differ", expect={"result": {"n": 1}}, differ=["result"])

    def test_a_file_that_lost_its_point(self):
        self.assert_fails("no longer holds", expect={"result": {"n": 1}}, contains=["\r\n"])

    def test_several_attempts_are_no_excuse(self):
        self.assert_fails("result.n: expected 2, got 1", expect={"result": {"n": 2}}, attempts=3)

    def test_a_second_attempt_counts(self):
        # One of two values at random: four attempts in a row fail once in 4096 times.
        self.add("luck", "Math.random() < 0.875;", expect={"result": True}, attempts=4)
        self.assertEqual(self.run_all()[0], 0)

    def test_pending_that_passes(self):
        self.assert_fails("passes now", expect={"result": {"n": 1}}, pending="not yet")

    def test_pending_that_fails_is_counted_apart(self):
        self.add("later", "1;", expect={"result": 2}, pending="because")
        status, out, _ = self.run_all()
        self.assertEqual((status, out.splitlines()[-1]), (0, "0 passed, 0 failed, 1 pending"), out)

    def test_a_run_that_takes_too_long(self):
        self.add("slow", "export default () => new Promise((done) => setTimeout(done, 20000));", expect={"status": "ok"})
        status, out, _ = self.run_all("--timeout", "1")
        self.assertEqual(status, 1)
        self.assertIn("still running after", out)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        MAYFLY = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
