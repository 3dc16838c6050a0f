#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The contract of the command line: messages for every mistake, exit statuses, what goes to which stream and when, and
that nothing is left behind, however a run ends.

    run_cli_tests.py build/mayfly [unittest arguments, such as -k interrupt -v]
"""

import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAYFLY = None
DEADLINE = 20  # seconds for what should take a moment; the machine may be busy
ESCAPE = re.compile(rb"\x1b\[[0-9;]*m")  # colours, the one kind of escape sequence that we write
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")


def wait_until(condition):
    """The condition's value, asked until it is true; its last value at the deadline."""
    end = time.monotonic() + DEADLINE
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.02)


class CliTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def file(self, name, content="1;"):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def run_mayfly(self, *arguments, stdin=b"", **options):
        environment = {**os.environ, **options.pop("env", {})}
        done = subprocess.run([MAYFLY, *arguments], input=stdin, capture_output=True, timeout=60, env=environment,
                              cwd=self.folder, **options)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def start(self, *arguments):
        # A shell that runs us in the background has switched SIGINT off, and that is inherited.
        process = subprocess.Popen([MAYFLY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, cwd=self.folder,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process


class Usage(CliTest):
    """A mistake of the caller: exit status 2, nothing on stdout, a message that names it and helps."""

    def assert_refused(self, arguments, *parts, **options):
        status, out, err = self.run_mayfly(*arguments, **options)
        with self.subTest(arguments=arguments):
            self.assertEqual(status, 2, err)
            self.assertEqual(out, "")
            self.assertIsNone(CONTROL.search(err), err)
            self.assertLess(len(err), 600, "a message, not a manual")
            for part in parts:
                self.assertIn(part, err)

    def test_unknown_flags_and_commands(self):
        program = self.file("a.js")
        self.assert_refused(["run", program, "--nope"], "--nope", "--help")
        self.assert_refused(["run", program, "-x"], "-x")
        self.assert_refused(["run", program, "more"], "more")
        self.assert_refused(["runn", program], "runn")
        self.assert_refused(["--cpu", "1s", "run", program], "--cpu")
        self.assert_refused(["completion", "tcsh"], "tcsh", "bash")
        self.assert_refused(["doctor", "--nope"], "--nope")

    def test_missing_arguments(self):
        self.assert_refused(["run"], "required")
        for flag in ("--cpu", "--wall", "--memory", "--output-limit", "--log-limit", "--input", "--file", "--allow-weaker"):
            self.assert_refused(["run", self.file("a.js"), flag], flag)

    def test_no_command_prints_help(self):
        status, out, _ = self.run_mayfly()
        self.assertEqual(status, 2)
        self.assertIn("run", out)

    def test_quantities(self):
        program = self.file("a.js")
        for flag in ("--cpu", "--wall"):
            for value in ("", "x", "5 ms", "-1ms", "5min", "1e99s"):
                if value:
                    self.assert_refused(["run", program, f"{flag}={value}"], flag, value, "50ms")
            for value in ("0", "25h", "1ns"):
                self.assert_refused(["run", program, flag, value], flag, value, "1ms")
        for flag in ("--memory", "--output-limit", "--log-limit"):
            for value in ("x", "5 MB", "-1", "5TB", "1e99"):
                self.assert_refused(["run", program, f"{flag}={value}"], flag, value, "64MB")
            self.assert_refused(["run", program, flag, "100GB"], flag, "100GB")
        self.assert_refused(["run", program, "--memory", "1MB"], "--memory", "1MB")
        self.assert_refused(["run", program, "--output-limit", "1"], "--output-limit")

    def test_programs(self):
        self.assert_refused(["run", "missing.ts"], "missing.ts", "No such file")
        self.assert_refused(["run", "missing/a.ts"], "missing/a.ts", "No such file")
        (self.folder / "folder.ts").mkdir()
        self.assert_refused(["run", "folder.ts"], "folder.ts", "folder")
        self.assert_refused(["run", str(self.folder)], "extension")
        self.assert_refused(["run", self.file("a.py", "print(1)")], "a.py", "'.py'", ".ts")
        self.assert_refused(["run", self.file("noextension")], "noextension", ".ts")
        self.assert_refused(["run", self.file("empty.js", "")], "empty.js", "empty")
        self.assert_refused(["run", self.file("blank.ts", "\n\t \r\n")], "blank.ts", "empty")
        self.assert_refused(["run", self.file("binary.js", bytes(range(256)))], "binary.js", "UTF-8")
        self.assert_refused(["run", self.file("latin1.ts", b'"\xe4"')], "latin1.ts", "UTF-8")
        self.assert_refused(["run", "-"], "standard input", "empty", stdin=b"")
        self.assert_refused(["run", "-"], "UTF-8", stdin=b"\xff\xfe")
        loop = self.folder / "loop.ts"
        loop.symlink_to(loop)
        self.assert_refused(["run", "loop.ts"], "loop.ts", "symbolic link")

    def test_unreadable_program(self):
        path = pathlib.Path(self.file("secret.ts", "const key = 'geheim';"))
        path.chmod(0)
        self.folder.chmod(0o755)
        somebody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        if somebody and not os.access(MAYFLY, os.X_OK):
            self.skipTest("nobody may not run the program under test")
        try:
            self.assert_refused(["run", str(path)], "secret.ts", "Permission denied", **somebody)
        except PermissionError:
            self.skipTest("nobody may not run the program under test")

    def test_input(self):
        program = self.file("a.js")
        for wrong in ("{n:3}", "hello", "[1,", "'x'", "NaN", "1 2"):
            self.assert_refused(["run", program, "--input", wrong], "--input", "JSON", '{"n": 3}')
        self.assert_refused(["run", program, "--input", "@missing.json"], "missing.json", "No such file")
        self.assert_refused(["run", program, "--input", "@" + self.file("bad.json", "{")], "JSON")
        self.assert_refused(["run", program, "--input", "@."], "folder")
        self.assert_refused(["run", program, "--input", "@-"], "JSON", stdin=b"nope")

    def test_modules(self):
        program, module = self.file("a.js"), self.file("b.js", "export default 1")
        self.assert_refused(["run", program, "--module", "missing.js"], "--module", "missing.js", "No such file")
        self.assert_refused(["run", program, "--module", "b.py=" + module], "--module", '"b.py"', ".mjs")
        self.assert_refused(["run", program, "--module", "../b.js=" + module], "--module", "plain relative path")
        self.assert_refused(["run", program, "--module", "/etc/hostname"], "--module", "outside", "=")
        self.assert_refused(["run", program, "-m", "b.js", "-m", "b.js"], 'two modules are called "b.js"')
        self.assert_refused(["run", program, "-m", "a.js"], 'two modules are called "a.js"')
        self.assert_refused(["run", program, "-m", "b.txt=" + self.file("latin1", b"\xe4")], "UTF-8")
        self.assert_refused(["run", "--modules", "missing.json"], "--modules", "missing.json", "No such file")
        self.assert_refused(["run", "--modules", self.file("bad.json", "{")], "--modules", "JSON")
        self.assert_refused(["run", "--modules", "-"], "--modules", "mainModule", stdin=b"{}")
        self.assert_refused(["run", program, "--modules", module], "--modules", "FILE")

    def test_values_for_the_program(self):
        program = self.file("a.js")
        for wrong in ("NAME", "=x", ""):
            self.assert_refused(["run", program, f"--env={wrong}"] if wrong else ["run", program, "--env"], "--env")
        self.assert_refused(["run", program, "--env-json", self.file("list.json", "[]")], "--env-json", "object")
        self.assert_refused(["run", program, "--env-json", self.file("bad.json", "{")], "--env-json", "JSON")
        self.assert_refused(["run", program, "--args", "{}"], "--args", "list")
        self.assert_refused(["run", program, "--args", "[", "--input", "1"], "--args")
        self.assert_refused(["run", program, "--args", "[]", "--input", "1"], "not both")
        self.assert_refused(["run", program, "--props", "{n:1}"], "--props", "JSON")
        self.assert_refused(["run", program, "--allow", "network"], "--allow", "eval and wasm")

    def test_files(self):
        program, data = self.file("a.js"), self.file("data.csv", "a,b")
        self.assert_refused(["run", program, "--file", "data.csv"], "NAME=PATH", "data.csv")
        self.assert_refused(["run", program, "--file", "=data.csv"], "NAME=PATH")
        self.assert_refused(["run", program, "--file", "x=missing.csv"], "missing.csv", "No such file")
        self.assert_refused(["run", program, "--file", "x=."], "folder")
        self.assert_refused(["run", program, "--file", "x=" + self.file("b.bin", b"\xff")], "UTF-8")
        self.assert_refused(["run", program, "--file", "x=" + self.file("b.json", "{]")], "b.json", "JSON")
        self.assert_refused(["run", program, "--input", "1", "--file", "x=" + data], "--input", "--file", "both")

    def test_allow_weaker(self):
        program = self.file("a.js")
        self.assert_refused(["run", program, "--allow-weaker", "nothing"], "nothing", "landlock", "namespaces")
        self.assert_refused(["run", program, "--allow-weaker", "landlock,nothing"], "nothing")
        for never in ("seccomp", "privileges"):
            self.assert_refused(["run", program, "--allow-weaker", never], never, "never")

    def test_a_bad_installation_is_our_own_fault(self):
        status, out, err = self.run_mayfly("run", self.file("a.js"), env={"MAYFLY_V8_ROOT": str(self.folder)})
        self.assertEqual((status, out), (70, ""))
        self.assertIn("MAYFLY_V8_ROOT", err)


class Help(CliTest):
    def test_run_help(self):
        status, out, err = self.run_mayfly("run", "--help")
        self.assertEqual((status, err), (0, ""))
        for part in ("Examples:", "mayfly run ", "Exit status:", "--input", "--file", "--cpu", "--wall", "--memory", "--output-limit",
                     "--log-limit", "--json", "--trace", "--quiet", "--allow-weaker", "--jitless", "50ms", "64MB"):
            self.assertIn(part, out)
        self.assertNotIn("\x1b", out)

    def test_the_flags_of_the_examples_exist(self):
        for command in ("run", "bench", "completion"):
            _, out, _ = self.run_mayfly(command, "--help")
            options, _, examples = out.partition("Example")
            for flag in re.findall(r"--[a-z-]+", "\n".join(line for line in examples.splitlines() if "mayfly" in line)):
                self.assertIn(flag, options, f"{command}: {flag}")

    def test_help_names_the_commands(self):
        status, out, _ = self.run_mayfly("--help")
        self.assertEqual(status, 0)
        for command in ("run", "doctor", "completion"):
            self.assertIn(command, out)

    def test_version(self):
        status, out, _ = self.run_mayfly("--version")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"mayfly \d+\.\d+\.\d+\n")
        self.assertRegex(out, r"V8 \d+\.\d+")

    def test_doctor(self):
        status, out, _ = self.run_mayfly("doctor", "--json")
        document = json.loads(out)
        self.assertIsInstance(document, dict)
        self.assertIn(status, (0, 70))
        self.assertIn("seccomp", out)

    def test_completion_is_valid_shell(self):
        status, out, _ = self.run_mayfly("completion", "bash")
        self.assertEqual(status, 0)
        checked = subprocess.run(["bash", "-n"], input=out.encode(), capture_output=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        asked = out + '\nCOMP_WORDS=(mayfly run --mem) COMP_CWORD=2; _mayfly; echo "${COMPREPLY[@]}"\n'
        self.assertEqual(subprocess.run(["bash"], input=asked.encode(), capture_output=True).stdout, b"--memory\n")


class Streams(CliTest):
    def test_stdout_holds_the_result_and_nothing_else(self):
        program = self.file("a.js", "console.log('to stderr'); console.error('too'); ({ n: [1, 'ä'] });")
        status, out, err = self.run_mayfly("run", program)
        self.assertEqual((status, out), (0, '{"n":[1,"ä"]}\n'))
        self.assertRegex(err, r"\Ato stderr\ntoo\nok \| cpu [\d.]+ of 50 ms \| wall [\d.]+ ms \| memory [\d.]+ of 64 MB \| \w+.*\n\Z")

    def test_exit_statuses(self):
        cases = [(0, "1"), (1, "throw new Error('x')"), (1, "}"), (3, "for(;;);"), (4, "fetch('http://x')")]
        for expected, source in cases:
            with self.subTest(source=source):
                status, out, err = self.run_mayfly("run", self.file("a.js", source))
                self.assertEqual(status, expected, err)
                self.assertEqual(out, "1\n" if expected == 0 else "")

    def test_undefined_prints_nothing(self):
        status, out, _ = self.run_mayfly("run", self.file("a.js", "const a = 1;"))
        self.assertEqual((status, out), (0, ""))

    def test_quiet(self):
        status, out, err = self.run_mayfly("run", "-q", self.file("a.js", "console.log('x'); 1"))
        self.assertEqual((status, out, err), (0, "1\n", ""))
        status, out, err = self.run_mayfly("run", "-q", self.file("b.js", "throw new Error('still told')"))
        self.assertEqual((status, out), (1, ""))
        self.assertIn("still told", err)

    def test_json_is_one_document_whatever_happens(self):
        for source in ("1", "throw 1", "}", "for(;;);", "fetch('http://x')", "console.log('x')"):
            with self.subTest(source=source):
                _, out, err = self.run_mayfly("run", "--json", self.file("a.js", source))
                self.assertEqual(err, "")
                self.assertEqual(out.count("\n"), 1)
                self.assertIn(json.loads(out)["status"], ("ok", "error"))

    def test_trace(self):
        program = self.file("a.ts", "export default (): number => 1;")
        _, out, err = self.run_mayfly("run", "--trace", program)
        self.assertEqual(out, "1\n")
        self.assertIn("microseconds", err)
        document = json.loads(self.run_mayfly("run", "--trace", "--json", program)[1])
        trace = document["trace"]
        for step in ("preparedUs", "assignedUs", "guestCompiledUs", "guestRanUs", "guestEncodedUs", "repliedUs", "reapedUs"):
            self.assertGreater(trace[step], 0, step)
        self.assertLessEqual(trace["preparedUs"], trace["assignedUs"])
        self.assertLessEqual(trace["assignedUs"], trace["repliedUs"])

    def test_a_large_result_arrives_whole_through_a_pipe(self):
        program = self.file("a.js", "'x'.repeat(3_000_000)")
        status, out, _ = self.run_mayfly("run", program, "--output-limit", "4MB", "--cpu", "2s")
        self.assertEqual((status, len(out)), (0, 3_000_003))

    def test_a_reader_that_goes_away_is_no_disaster(self):
        process = self.start("run", self.file("a.js", "'x'.repeat(900_000)"), "--cpu", "2s")
        process.stdout.close()
        process.wait(DEADLINE)
        self.assertGreaterEqual(process.returncode, 0, "died of a signal")

    @unittest.expectedFailure  # Terminal::write passes over errors: the result is lost and the status is 0
    def test_a_result_that_cannot_be_written_is_no_success(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([MAYFLY, "run", self.file("a.js")], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertNotEqual(done.returncode, 0)

    def test_logs_come_while_the_program_runs(self):
        process = self.start("run", self.file("a.js", "console.log('first'); await new Promise((r) => setTimeout(r, 600_000));"),
                             "--wall", "1h")
        ready, _, _ = select.select([process.stderr], [], [], DEADLINE)
        self.assertTrue(ready, "no log line arrived")
        self.assertEqual(os.read(process.stderr.fileno(), 100), b"first\n")
        self.assertIsNone(process.poll(), "it is still running")

    def test_the_program_on_stdin(self):
        status, out, _ = self.run_mayfly("run", "-", stdin=b"(input) => 2")
        self.assertEqual((status, out), (0, "2\n"))
        status, out, _ = self.run_mayfly("run", "-", stdin=b"const n: number = 3; n")
        self.assertEqual((status, out), (0, "3\n"))


class Terminals(CliTest):
    """With stderr or stdout on a real terminal."""

    def on_terminal(self, *arguments, **environment):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        base = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
        process = subprocess.Popen([MAYFLY, *arguments], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                                   env={**base, "TERM": "xterm-256color", **environment}, cwd=self.folder)
        os.close(slave)
        out = b""
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            if not chunk:
                break
            out += chunk
        process.wait(DEADLINE)
        return out

    def test_colours_only_where_they_are_wanted(self):
        program = self.file("a.js", "console.warn('careful'); throw new Error('x')")
        self.assertRegex(self.on_terminal("run", program), ESCAPE)
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn(b"\x1b", self.on_terminal("run", program, **environment), environment)
        _, out, err = self.run_mayfly("run", program, env={"TERM": "xterm-256color"})
        self.assertNotIn("\x1b", out + err)

    def test_colours_end_where_they_began(self):
        out = self.on_terminal("run", self.file("a.js", "console.error('red'); throw new Error('x')"))
        self.assertEqual(out.count(b"\x1b[0m") * 2, len(ESCAPE.findall(out)))

    def test_a_program_cannot_drive_the_terminal(self):
        nasty = "\\x1b[2J\\x1b]0;title\\x07\\r\\b\\x7f\\0"
        program = self.file("a.js", f"""
            console.log("{nasty}", {{ "{nasty}": "{nasty}" }}, new Error("{nasty}"), Symbol("{nasty}"));
            console.log("%s", "{nasty}");
            throw Object.assign(new Error("{nasty}"), {{ name: "{nasty}" }});""")
        out = ESCAPE.sub(b"", self.on_terminal("run", program)).replace(b"\r\n", b"\n")
        self.assertIn(b"\\x1b[2J", out)
        self.assertIsNone(re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", out), out)

    def test_a_result_cannot_drive_the_terminal(self):
        out = self.on_terminal("run", self.file("a.js", '"\\u009b31m\\u007f"'), NO_COLOR="1").decode()
        self.assertIsNone(CONTROL.search(out.replace("\r\n", "\n")), out)

    def test_a_large_result_is_laid_out_for_people(self):
        program = self.file("a.js", "({ rows: Array.from({ length: 40 }, (_, id) => ({ id, text: 'a \"b\" {c}, [d]: e\\\\' })), none: [], no: {} })")
        out = self.on_terminal("run", program, "-q", NO_COLOR="1").decode().replace("\r\n", "\n")
        self.assertGreater(out.count("\n"), 100)
        self.assertEqual(json.loads(out), json.loads(self.run_mayfly("run", program, "-q")[1]))


class Ends(CliTest):
    """However a run ends, nothing of it is left: no process, no control group."""

    WAITING = "console.log('up'); export default async (): Promise<void> => { await new Promise((r) => setTimeout(r, 600_000)); };"
    BUSY = "console.log('up'); for (;;);"

    def begin(self, source, *flags):
        """A run that is under way, with all its processes and groups."""
        process = self.start("run", self.file("a.ts", source), "--wall", "1h", "--cpu", "1h", *flags)
        ready, _, _ = select.select([process.stderr], [], [], DEADLINE)
        self.assertTrue(ready and os.read(process.stderr.fileno(), 3) == b"up\n", "the program did not start")
        family = descendants(process.pid)
        # The zygote and its guest at least; the tool host too while TypeScript may have to be mapped back.
        self.assertGreaterEqual(len(family), 2, family)
        return process, family, groups_of(family)

    def assert_no_process_left(self, family):
        if not wait_until(lambda: not still_there(family)):
            self.fail(f"left over: {still_there(family)} of {family}")

    def assert_no_group_left(self, groups):
        if not wait_until(lambda: not any(map(os.path.isdir, groups))):
            self.fail(f"left over: {[group for group in groups if os.path.isdir(group)]}")

    def assert_nothing_left(self, family, groups):
        self.assert_no_process_left(family)
        self.assert_no_group_left(groups)

    def test_the_usual_end(self):
        process = self.start("run", self.file("a.ts", "console.log('up'); await new Promise((r) => setTimeout(r, 700));"))
        select.select([process.stderr], [], [], DEADLINE)
        family = descendants(process.pid)
        groups = groups_of(family)
        self.assertEqual(process.wait(DEADLINE), 0)
        self.assert_nothing_left(family, groups)

    def assert_cancelled(self, source, number):
        process, family, groups = self.begin(source)
        process.send_signal(number)
        out, err = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, out), (70, b""))
        self.assertIn(b"E_CANCELLED", err)
        self.assertIn(b"cancelled", err)
        self.assert_nothing_left(family, groups)

    def test_interrupt_while_it_waits(self):
        self.assert_cancelled(self.WAITING, signal.SIGINT)

    def test_interrupt_while_it_computes(self):
        self.assert_cancelled(self.BUSY, signal.SIGINT)

    def test_termination(self):
        self.assert_cancelled(self.WAITING, signal.SIGTERM)

    def test_interrupt_with_json(self):
        process, family, groups = self.begin_json()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=DEADLINE)
        document = json.loads(out)
        self.assertEqual(document["error"]["code"], "E_CANCELLED")
        self.assertEqual(document["logs"][0]["args"], ["up"])
        self.assert_nothing_left(family, groups)

    def begin_json(self):
        process = self.start("run", self.file("a.ts", self.WAITING), "--wall", "1h", "--json")
        family = wait_until(lambda: len(found := descendants(process.pid)) >= 3 and found)
        self.assertTrue(family, "the program did not start")
        time.sleep(0.5)  # nothing tells when the log record has arrived; too early costs this test its log line only
        family = descendants(process.pid)
        return process, family, groups_of(family)

    def test_interrupt_before_anything_runs(self):
        for delay in (0.0, 0.02, 0.06):
            process = self.start("run", self.file("a.ts", self.WAITING))
            time.sleep(delay)
            family = descendants(process.pid)
            groups = groups_of(family)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=DEADLINE)
            self.assertIn(process.returncode, (70, -signal.SIGINT, 130))
            self.assert_nothing_left(family, groups)

    def kill_one(self, source):
        process, family, groups = self.begin(source)
        for group in groups:
            self.addCleanup(remove_empty, group)
        process.kill()
        process.communicate(timeout=DEADLINE)
        return family, groups

    def test_kill(self):
        for source in (self.WAITING, self.BUSY):
            family, _ = self.kill_one(source)
            self.assert_no_process_left(family)

    def test_the_next_run_removes_the_groups_of_a_killed_one(self):
        family, groups = self.kill_one(self.WAITING)
        self.assert_no_process_left(family)
        program = self.file("b.js")

        def gone_after_a_run():
            self.assertEqual(self.run_mayfly("run", program)[0], 0)
            return not any(map(os.path.isdir, groups))

        self.assertTrue(wait_until(gone_after_a_run), groups)

    def test_a_killed_zygote_is_told(self):
        process, family, groups = self.begin(self.WAITING)
        # The zygote is the one with a child; as pid 1 of its namespace it takes the guest along.
        parents = {parent for parent in map(parent_of, family) if parent is not None}
        zygotes = [member for member in family if member[0] in parents and parent_of(member) == process.pid] or family[:1]
        os.kill(zygotes[0][0], signal.SIGKILL)
        out, err = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, out), (70, b""))
        self.assertRegex(err, rb"E_UNAVAILABLE|E_HOST_CRASHED")
        self.assert_nothing_left(family, groups)


# --- processes, as /proc shows them: (pid, start time), which names a process even after its pid is used again -------

def stat_of(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return {"state": fields[0], "parent": int(fields[1]), "began": fields[19]}


def descendants(pid):
    """Processes below `pid`, zombies left out."""
    stats = {int(entry): stat for entry in os.listdir("/proc") if entry.isdigit() and (stat := stat_of(int(entry)))}
    found, level = [], {pid}
    while level:
        level = {child for child, stat in stats.items() if stat["parent"] in level}
        found += [(child, stats[child]["began"]) for child in level if stats[child]["state"] != "Z"]
    return sorted(found)


def parent_of(member):
    stat = stat_of(member[0])
    return stat["parent"] if stat else None


def still_there(family):
    left = []
    for pid, began in family:
        stat = stat_of(pid)
        if stat and stat["began"] == began and stat["state"] not in "ZX":
            left.append(pid)
    return left


def remove_empty(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass


def groups_of(family):
    """The folders of the control groups that were made for these processes."""
    mounts = {}
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, rest = line.partition(" - ")
        kind, _, options = (rest.split(" ", 2) + ["", ""])[:3]
        if kind == "cgroup2":
            mounts[""] = fields.split()[4]
        elif kind == "cgroup":
            for controller in options.split(","):
                mounts[controller] = fields.split()[4]
    folders = set()
    for pid, _ in family:
        try:
            lines = pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            _, controllers, path = line.split(":", 2)
            mount = mounts.get(controllers.split(",")[0])
            if mount and "/mayfly-" in path and not path.endswith("/mayfly-daemon"):
                folders.add(mount + path)
    return sorted(folders)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    MAYFLY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
