#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commands that look into the ledger: keys, logs, usage. Where no command of ours writes a row, the test does, as
docs/audit.md and the schema say.

    run_ledger_tests.py build/mayfly [unittest arguments]
"""

import hashlib
import json
import os
import pathlib
import re
import select
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAYFLY = None
HOUR = 3_600_000
MONDAY = 1_789_948_800_000  # 2026-09-21


class LedgerCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.data = str(self.folder / "data")

    def mayfly(self, *arguments, env=None, data=True):
        command = [MAYFLY, *arguments] + (["--data", self.data] if data else [])
        done = subprocess.run(command, capture_output=True, timeout=60, env={**os.environ, **(env or {})})
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def fine(self, *arguments, **options):
        status, out, err = self.mayfly(*arguments, **options)
        self.assertEqual(status, 0, err)
        return out

    def refused(self, *arguments, code, words=(), **options):
        status, out, err = self.mayfly(*arguments, **options)
        self.assertEqual(status, 2, err)
        self.assertEqual(out, "")
        self.assertIn(code, err)
        for word in words:
            self.assertIn(word, err)

    def create(self, tenant, *flags):
        return json.loads(self.fine("keys", "create", "--tenant", tenant, "--json", *flags))

    def database(self):
        connection = sqlite3.connect(self.data + "/ledger.db", isolation_level=None)
        self.addCleanup(connection.close)
        return connection

    def append(self, what, tenant="acme", subject="run_1", detail=""):
        """A record as the daemon would write it."""
        database = self.database()
        last = database.execute("SELECT seq, hash, at FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous, at = (last[0] + 1, last[1].hex(), last[2] + 1) if last else (1, "0" * 64, MONDAY)
        texts = [str(text).encode() for text in
                 ("mayfly-audit-1", previous, seq, at, tenant, "", what, subject, detail, "")]
        digest = hashlib.sha256(b"".join(b"%d:%s," % (len(text), text) for text in texts)).digest()
        database.execute("INSERT INTO audit VALUES (?,?,?,?,?,?,?,?,?)",
                         (seq, at, tenant, "", what, subject, detail, "", digest))


class Keys(LedgerCase):
    def test_a_key_is_shown_once_and_nothing_else_is_on_stdout(self):
        status, out, err = self.mayfly("keys", "create", "--tenant", "acme", "--concurrent", "4")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^mf_[A-Za-z0-9_-]{43}\n$")
        self.assertIn("acme", err)
        self.assertNotIn(out.strip(), err)
        for listing in (self.fine("keys", "list"), self.fine("keys", "list", "--json"), self.fine("logs")):
            self.assertNotIn(out.strip()[3:], listing)

    def test_the_stored_hash_is_the_secrets(self):
        secret = self.create("acme")["secret"]
        stored, = self.database().execute("SELECT secret_hash FROM keys").fetchone()
        self.assertEqual(stored, hashlib.sha256(secret.encode()).digest())

    def test_list_and_revoke(self):
        made = self.create("acme", "--name", "ci", "--cpu-seconds", "10/m", "--memory", "1GB", "--rate", "5/s")["key"]
        self.assertEqual((made["cpuMs"], made["windowMs"], made["memoryBytes"], made["requestsPerSecond"]),
                         (10_000, 60_000, 1 << 30, 5))
        other = self.create("beta", "--operator")["key"]
        self.assertTrue(other["operator"])
        self.assertEqual(json.loads(self.fine("keys", "list", "--json")), [made, other])
        self.assertEqual(self.fine("keys", "revoke", made["id"]), "")
        listed = json.loads(self.fine("keys", "list", "--json"))
        self.assertIn("revokedAt", listed[0])
        self.assertNotIn("revokedAt", listed[1])
        table = self.fine("keys", "list").splitlines()
        self.assertEqual(len(table), 3)
        self.assertIn("10 s CPU/m, 1 GB, 5/s", table[1])
        self.assertIn("revoked", table[1])
        self.assertIn("in force, operator", table[2])

    def test_mistakes(self):
        self.refused("keys", "list", code="E_NOT_FOUND", words=[self.data, "--data"])
        self.refused("keys", "create", code="E_USAGE", words=["--tenant"])
        self.refused("keys", "create", "--tenant", "a/b", code="E_USAGE", words=["a/b"])
        self.refused("keys", "create", "--tenant", "a", "--rate", "5", code="E_USAGE", words=["--rate", "100/s"])
        self.assertFalse(os.path.exists(self.data), "a mistake makes nothing")
        self.create("acme")
        self.refused("keys", "revoke", "key_nobody", code="E_NOT_FOUND", words=["key_nobody", "keys list"])

    def test_the_default_folder(self):
        for variable, below in (("STATE_DIRECTORY", ""), ("XDG_STATE_HOME", "/mayfly"), ("HOME", "/.local/state/mayfly")):
            home = str(self.folder / variable)
            env = {"STATE_DIRECTORY": "", "XDG_STATE_HOME": "", "HOME": "", variable: home}
            self.fine("keys", "create", "--tenant", "a", env=env, data=False)
            self.assertTrue(os.path.exists(home + below + "/ledger.db"), variable)
            self.assertEqual(os.stat(home + below).st_mode & 0o777, 0o700)
        nowhere = {"STATE_DIRECTORY": "", "XDG_STATE_HOME": "", "HOME": ""}
        self.refused("keys", "list", code="E_USAGE", words=["--data"], env=nowhere, data=False)


class Logs(LedgerCase):
    def setUp(self):
        super().setUp()
        self.create("acme")

    def test_filters(self):
        for what, tenant in (("run", "acme"), ("kill", "acme"), ("run", "beta"), ("refuse", "beta")):
            self.append(what, tenant)

        def shown(*flags):
            return [json.loads(line)["seq"] for line in self.fine("logs", "--json", *flags).splitlines()]

        self.assertEqual(shown(), [1, 2, 3, 4, 5])
        self.assertEqual(shown("--tenant", "beta"), [4, 5])
        self.assertEqual(shown("--what", "kill,refuse"), [3, 5])
        self.assertEqual(shown("--what", "run", "--tenant", "acme"), [2])
        self.assertEqual(shown("--since", "1h"), [1, 2, 3, 4, 5])
        self.assertEqual(shown("--since", "2200-01-01"), [])
        self.assertEqual(len(self.fine("logs").splitlines()), 5)
        self.refused("logs", "--since", "yesterday", code="E_USAGE", words=["--since", "7d"])

    def test_more_records_than_one_look_takes(self):
        for _ in range(1500):
            self.append("run")
        self.assertEqual(len(self.fine("logs", "--json").splitlines()), 1501)

    def test_verify_and_what_it_finds(self):
        for number in range(5):
            self.append("run", subject=f"run_{number}")
        found = json.loads(self.fine("logs", "--verify", "--json"))
        self.assertEqual((found["ok"], found["records"]), (True, 6))
        self.assertIn(found["head"], self.fine("logs", "--verify"))
        self.append("run")
        self.fine("logs", "--verify", "--head", found["head"])
        self.refused("logs", "--verify", "--head", "6:" + "0" * 64, code="E_CONFLICT", words=["record 6"])
        self.refused("logs", "--verify", "--head", "99:" + "0" * 64, code="E_CONFLICT", words=["record 99"])
        self.refused("logs", "--verify", "--head", "x", code="E_USAGE", words=["SEQ:HASH"])
        database = self.database()
        with self.assertRaisesRegex(sqlite3.IntegrityError, "append-only"):
            database.execute("DELETE FROM audit WHERE seq = 7")
        database.execute("DROP TRIGGER audit_is_never_updated")
        database.execute("UPDATE audit SET subject = 'run_9' WHERE seq = 4")
        self.refused("logs", "--verify", code="E_CONFLICT", words=["record 4"])

    def test_the_program_in_the_document_agrees(self):
        text = (ROOT / "docs/audit.md").read_text()
        program = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
        self.append("run", detail='{"n":"\u00e4"}')

        def check():
            return subprocess.run([sys.executable, "-c", program, self.data + "/ledger.db"], capture_output=True, text=True)

        head = json.loads(self.fine("logs", "--verify", "--json"))["head"]
        self.assertEqual(check().stdout.strip().replace(" ", ":"), head)
        database = self.database()
        database.execute("DROP TRIGGER audit_is_never_updated")
        database.execute("UPDATE audit SET detail = '' WHERE seq = 2")
        self.assertIn("record 2", check().stderr)

    def test_a_forged_record_breaks_neither_terminal_nor_document(self):
        self.append("run", subject="\x1b[2Jrun\nkill", detail='{"a":1}\n{"seq":99}\x1b')
        plain = self.fine("logs")
        self.assertNotIn("\x1b", plain)
        self.assertEqual(len(plain.splitlines()), 2)
        lines = self.fine("logs", "--json").splitlines()
        self.assertEqual([json.loads(line)["seq"] for line in lines], [1, 2])

    def test_follow(self):
        for number in range(20):
            self.append("run", subject=f"old_{number}")
        process = subprocess.Popen([MAYFLY, "logs", "-f", "--json", "--what", "run", "--data", self.data],
                                   stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def line():
            self.assertTrue(select.select([process.stdout], [], [], 20)[0], "nothing came")
            return json.loads(os.read(process.stdout.fileno(), 1 << 16).splitlines()[-1])

        self.assertEqual(line()["subject"], "old_19")
        self.append("kill", subject="filtered")
        self.append("run", subject="new")
        self.assertEqual(line()["subject"], "new")
        # When its reader goes away it ends by itself.
        process.stdout.close()
        self.assertEqual(process.wait(20), 0)


class UsageTable(LedgerCase):
    def setUp(self):
        super().setUp()
        self.create("acme")
        database = self.database()
        for tenant, key, hour, runs in (("acme", "k1", 0, 1), ("acme", "k2", 1, 2), ("acme", "k1", 24, 4), ("beta", "", 0, 8)):
            numbers = (runs, 0, runs * 1_500_000, 2_000_000_000, (1 << 30) * HOUR, 2048, 0, 1)
            database.execute("INSERT INTO usage VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                             (tenant, key, MONDAY + hour * HOUR, *numbers))

    def rows(self, *flags):
        return json.loads(self.fine("usage", "--json", *flags))["rows"]

    def test_by_time_and_key(self):
        self.assertEqual([(row["from"], row["tenant"], row["runs"]) for row in self.rows()],
                         [("2026-09-21T00:00:00.000Z", "acme", 3), ("2026-09-21T00:00:00.000Z", "beta", 8),
                          ("2026-09-22T00:00:00.000Z", "acme", 4)])
        self.assertEqual([row["runs"] for row in self.rows("--by", "hour", "--tenant", "acme")], [1, 2, 4])
        self.assertEqual([(row["key"], row["runs"]) for row in self.rows("--by", "key", "--from", "2026-09-21", "--tenant", "acme")],
                         [("k1", 5), ("k2", 2)])
        self.assertEqual([row["runs"] for row in self.rows("--by", "all", "--from", "2026-09-22")], [4])
        self.assertEqual([row["runs"] for row in self.rows("--to", "2026-09-21T01:00:00Z", "--by", "all")], [1, 8])
        row = self.rows("--tenant", "beta")[0]
        self.assertEqual((row["cpuMs"], row["wallMs"], row["memoryMbMs"], row["bytesIn"], row["errors"]),
                         (12, 2000, 1024 * HOUR, 2048, 1))

    def test_the_table(self):
        lines = self.fine("usage", "--tenant", "beta").splitlines()
        self.assertEqual(lines[0].split(), ["DAY", "TENANT", "RUNS", "CALLS", "ERRORS", "CPU", "WALL", "MEMORY", "IN", "OUT"])
        self.assertEqual(re.split(r"  +", lines[1]),
                         ["2026-09-21", "beta", "8", "0", "1", "12 ms", "2 s", "1 GBh", "2 KB", "0 B"])

    def test_mistakes(self):
        self.refused("usage", "--from", "x", code="E_USAGE", words=["--from"])
        status, _, err = self.mayfly("usage", "--by", "week")
        self.assertEqual(status, 2)
        self.assertIn("--by", err)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    MAYFLY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
