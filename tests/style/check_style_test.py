#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that every style rule can fail: builds a clean tree, breaks it in one way, and looks for that one complaint."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # leaves nothing behind in the checkout
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check_style  # noqa: E402

CHECKER = pathlib.Path(check_style.__file__)
LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"
README = "Process: every one. Trusts: nobody.\n"

CLEAN = {
    "CMakeLists.txt": "add_subdirectory(src/base)\n",
    "README.md": "See [the guide](docs/guide.md#start), [home](https://example.com) and [below](#below).\n"
                 "```\n[not a link](nowhere.md)\n```\nand `[neither](nowhere.md)`.\n",
    "docs/guide.md": "# Start\n[up](../README.md) ![logo](logo.svg) [root](/README.md) [folder](../src)\n",
    "docs/logo.svg": "<svg/>\n",
    "package-lock.json": json.dumps({"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}}}),
    "tests/style/room_edges.txt": "# comment\nbase:\nwire: base\nguest: wire base  # comment\n",
    "src/base/README.md": README,
    "src/base/CMakeLists.txt": "# SPDX-License-Identifier: Apache-2.0\nadd_executable(t result_test.cc)\n",
    "src/base/result.h": LICENCE + "#include <string>\n#include <sys/stat.h>\n",
    "src/base/result_test.cc": LICENCE + '#include "base/result.h"\n#include "generated/version.h"\n',
    "src/base/error_codes.def": LICENCE,
    "src/wire/README.md": README,
    "src/wire/frame.h": LICENCE + '#include "base/result.h"\n// mktemp /tmp/x.' + "X" * 6 + "; TODO(perf): /proc/1/ro" "ot/\n",
    "src/wire/schema.json": "{}\n",
}

proven = set()  # rules that some test has seen fail


class StyleRuleTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="style-test-"))
        self.addCleanup(shutil.rmtree, self.root)
        for name, text in CLEAN.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self, *rules):
        """Exit status and the problems as (path, line, rule, text)."""
        run = subprocess.run([sys.executable, "-B", str(CHECKER), "--root", str(self.root), *rules],
                             capture_output=True, text=True)
        problems = [re.fullmatch(r"(.+?):(\d+): \[([a-z-]+)\] (.*)", line) for line in run.stdout.splitlines()]
        self.assertNotIn(None, problems, run.stdout + run.stderr)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        return run.returncode, [(m[1], int(m[2]), m[3], m[4]) for m in problems]

    def assert_clean(self):
        self.assertEqual((0, []), self.check())

    def assert_fails(self, rule, path, line=1, text=""):
        """The whole check fails with this problem and no other."""
        status, problems = self.check()
        self.assertEqual([(path, line, rule)], [problem[:3] for problem in problems])
        self.assertIn(text, problems[0][3])
        self.assertEqual(1, status)
        proven.add(rule)

    def test_clean_tree_passes(self):
        self.assert_clean()

    # include

    def test_include_against_the_edges(self):
        self.write("src/base/clock.h", LICENCE + '\n#include "wire/frame.h"\n')
        self.assert_fails("include", "src/base/clock.h", 3, "base may not include wire/frame.h; allowed: nothing but itself")

    def test_include_names_what_is_allowed(self):
        self.write("src/guest/README.md", README)
        self.write("src/guest/a.h", LICENCE)
        self.write("src/wire/b.h", LICENCE + '#  include "guest/a.h"  // why\n')
        self.assert_fails("include", "src/wire/b.h", 2, "allowed: base")

    def test_include_with_angle_brackets(self):
        self.write("src/base/clock.h", LICENCE + "#include <wire/frame.h>\n")
        self.assert_fails("include", "src/base/clock.h", 2)

    def test_include_by_a_way_round(self):
        self.write("src/base/clock.h", LICENCE + '#include "../wire/frame.h"\n')
        self.assert_fails("include", "src/base/clock.h", 2, "write room/file.h")

    def test_room_without_a_line(self):
        self.write("src/attic/README.md", README)
        self.assert_fails("include", "src/attic", 1, "no line")

    def test_table_with_a_cycle(self):
        self.write("tests/style/room_edges.txt", "base: guest\nwire: base\nguest: wire\n")
        self.assert_fails("include", "tests/style/room_edges.txt", 1, "base guest wire")

    def test_table_with_an_unknown_room(self):
        self.write("tests/style/room_edges.txt", "base:\nwire: base bass\n")
        self.assert_fails("include", "tests/style/room_edges.txt", 1, "'bass'")

    def test_table_with_nonsense(self):
        self.write("tests/style/room_edges.txt", "base:\nwire: base\nwire:\n")
        status, problems = self.check("include")
        self.assertEqual(1, status)
        self.assertIn(("tests/style/room_edges.txt", 3, "include"), [problem[:3] for problem in problems])

    def test_missing_table(self):
        (self.root / "tests/style/room_edges.txt").unlink()
        self.assert_fails("include", "tests/style/room_edges.txt")

    # licence

    def test_missing_licence(self):
        self.write("src/base/clock.h", "#pragma once\n")
        self.assert_fails("licence", "src/base/clock.h", 1, "// SPDX")

    def test_licence_not_on_the_first_line(self):
        self.write("src/base/error_codes.def", "\n" + LICENCE)
        self.assert_fails("licence", "src/base/error_codes.def")

    def test_licence_of_a_build_file(self):
        self.write("src/wire/CMakeLists.txt", "add_library(wire)\n")
        self.assert_fails("licence", "src/wire/CMakeLists.txt", 1, "# SPDX")

    def test_licence_of_an_empty_file(self):
        self.write("src/wire/empty.cc", "")
        self.assert_fails("licence", "src/wire/empty.cc")

    # file-size, long-file

    def test_file_that_is_too_long(self):
        self.write("src/base/long.cc", LICENCE + "\n" * 800)
        self.assert_fails("file-size", "src/base/long.cc", 801)

    def test_longest_file_allowed_is_a_warning(self):
        self.write("src/base/long.cc", LICENCE + "\n" * 799)
        status, problems = self.check()
        self.assertEqual([("src/base/long.cc", 800, "long-file")], [problem[:3] for problem in problems])
        self.assertEqual(0, status)
        proven.add("long-file")

    def test_file_that_is_not_long(self):
        self.write("src/base/long.cc", LICENCE + "\n" * 399)
        self.assert_clean()

    # marker

    def test_markers(self):
        for marker in ("TODO" "(now)", "FIX" "ME", "XX" "X"):
            with self.subTest(marker):
                self.write("docs/guide.md", f"\nhere: {marker}: later\n")
                self.assert_fails("marker", "docs/guide.md", 2, marker)

    # machine-path

    def test_machine_paths(self):
        for path in ("/ro" "ot/x", "/wo" "rk/main", "/ho" "me/ann", "file:///wo" "rk/main"):
            with self.subTest(path):
                self.write("Makefile", f"\nall:\n\tcat {path}\n")
                self.assert_fails("machine-path", "Makefile", 3)

    def test_paths_below_something_else(self):
        self.write("Makefile", "all:\n\tcat ${T}/wo" "rk/a ../ro" "ot/b build/wo" "rk/c ~/wo" "rk/d\n")
        self.assert_clean()

    def test_excused_path(self):
        self.write("Makefile", "all: # /ro" "ot/x style-ok(path): proves that it is hidden\n")
        self.assert_clean()

    def test_excuse_without_a_reason(self):
        self.write("Makefile", "all: # /ro" "ot/x style-ok(path):\n")
        self.assert_fails("machine-path", "Makefile")

    # registry

    def test_registry_hosts(self):
        for host in ("registry.np" "mjs.org", "deb.deb" "ian.org", "Www.NP" "MJS.com"):
            with self.subTest(host):
                self.write("docs/notes.txt", f"\nfrom https://{host}/x\n")
                self.assert_fails("registry", "docs/notes.txt", 2)

    def test_lock_file_with_resolved_urls(self):
        lock = {"packages": {"node_modules/a": {"resolved": "https://example.com/a.tgz"}, "b": {"resolved": "../b"}}}
        self.write("sdk/package-lock.json", json.dumps(lock))
        self.assert_fails("registry", "sdk/package-lock.json", 1, "'node_modules/a'")

    def test_broken_lock_file(self):
        self.write("package-lock.json", "{")
        self.assert_fails("registry", "package-lock.json", 1, "not JSON")

    # unbuilt-test

    def test_test_that_is_not_built(self):
        self.write("src/wire/frame_test.cc", LICENCE)
        self.assert_fails("unbuilt-test", "src/wire/frame_test.cc")

    def test_fuzz_target_that_is_not_built(self):
        self.write("tests/fuzz/frame_fuzz.cc", LICENCE)
        self.assert_fails("unbuilt-test", "tests/fuzz/frame_fuzz.cc")

    def test_test_that_is_commented_out(self):
        for comment in ("# result_test.cc\n", "#[[\nresult_test.cc\n]]\n"):
            with self.subTest(comment):
                self.write("src/base/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\n" + comment)
                self.assert_fails("unbuilt-test", "src/base/result_test.cc")

    def test_namesake_in_another_folder(self):
        self.write("src/wire/result_test.cc", LICENCE)
        self.assert_fails("unbuilt-test", "src/wire/result_test.cc")

    def test_longer_namesake(self):
        self.write("tests/sult_test.cc", LICENCE)
        self.write("tests/CMakeLists.txt", "add_executable(t result_test.cc sub/sult_test.cc sult_test.cc.in)\n")
        self.assert_fails("unbuilt-test", "tests/sult_test.cc")

    def test_test_named_from_above(self):
        self.write("tests/abuse/loop_test.cc", LICENCE)
        for line in ("t(tests/abuse/loop_test.cc)", 't("${CMAKE_CURRENT_SOURCE_DIR}/tests/abuse/loop_test.cc")'):
            with self.subTest(line):
                self.write("CMakeLists.txt", line + "\n")
                self.assert_clean()

    # dead-link

    def test_dead_links(self):
        for link in ("[a](gone.md)", "![a](img/gone.png)", "[a](/docs/gone.md#x)", "[a]: gone.md", '<img src="gone.png">',
                     '[a](gone.md "title")', "[a](<gone.md>)"):
            with self.subTest(link):
                self.write("README.md", f"text\n\n{link}\n")
                self.assert_fails("dead-link", "README.md", 3)

    def test_link_after_a_fence(self):
        self.write("README.md", "```\n~~~\n```\n[a](gone.md)\n")
        self.assert_fails("dead-link", "README.md", 4)

    # vague-name

    def test_vague_file_names(self):
        for name in ("util.h", "string_utils.h", "Helper.cc", "pool_manager.cc", "common.def"):
            with self.subTest(name):
                self.write(f"src/base/{name}", LICENCE)
                self.assert_fails("vague-name", f"src/base/{name}")
                (self.root / "src/base" / name).unlink()

    def test_vague_folder_name(self):
        self.write("src/base/common/a.h", LICENCE)
        self.assert_fails("vague-name", "src/base/common")

    def test_innocent_names(self):
        self.write("src/base/utility_free.h", LICENCE)
        self.write("src/base/uncommon.h", LICENCE)
        self.assert_clean()

    # room-readme

    def test_missing_readme(self):
        (self.root / "src/wire/README.md").unlink()
        self.assert_fails("room-readme", "src/wire/README.md", 1, "missing")

    def test_readme_that_does_not_say(self):
        for line in ("", "# wire\n\nProcess: all. Trusts: nobody.\n", "Runs in the daemon.\n", "Trusts nobody.\n"):
            with self.subTest(line):
                self.write("src/wire/README.md", line)
                self.assert_fails("room-readme", "src/wire/README.md")

    def test_readme_heading_that_says(self):
        self.write("src/wire/README.md", "# wire: in every process; distrusts the peer\n")
        self.assert_clean()

    # which files are looked at

    def test_ignored_files_do_not_count(self):
        git = ["git", "-C", str(self.root)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        if shutil.which("git") is None:
            self.skipTest("git is not installed")
        subprocess.run(git + ["init", "-q"], check=True, env=environment)
        self.write(".gitignore", "/out/\n")
        self.write("out/notes.txt", "FIX" "ME\n")
        self.assert_clean()
        self.write("README.md", "[a](out/notes.txt)\n")  # exists here, but not for others
        self.assert_fails("dead-link", "README.md")
        self.write("README.md", "text\n")
        self.write("new.txt", "FIX" "ME\n")  # not tracked yet
        self.assert_fails("marker", "new.txt")

    def test_git_of_an_outer_checkout_is_not_asked(self):
        self.write("build/notes.txt", "FIX" "ME\n")
        self.assert_clean()

    def test_binary_files_are_left_alone(self):
        (self.root / "docs/x.png").write_bytes(b"\x89PNG\0FIX" b"ME")
        self.assert_clean()


def every_rule_has_been_seen_to_fail():
    assert proven == set(check_style.RULES), f"no test breaks: {sorted(set(check_style.RULES) - proven)}"


def load_tests(_loader, tests, _pattern):
    """Called when the whole module is run, not for single tests: the others come first, then the count."""
    tests.addTest(unittest.FunctionTestCase(every_rule_has_been_seen_to_fail))
    return tests


if __name__ == "__main__":
    unittest.main(verbosity=1)
