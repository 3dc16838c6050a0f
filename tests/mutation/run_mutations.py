#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The mutation check (security.md case 165): without any one layer some test fails.

    run_mutations.py FOLDER [--only NAME ...] [--baseline]

FOLDER is where the build put mutation_tests and the libmayfly-mutant-*.so. Each layer is left out in turn and the tests
that should notice are run. A layer of the zygote's side is left out twice: before a daemon as it is, which may refuse
the zygote, and before one that does not look, so that an attack or a view from outside has to notice. A mutation that
nothing notices is a failure, and so is a test that fails with every layer in place. Needs root. Standard library only.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

SKIPPED = 77
TIMEOUT = 120
BLIND = "outside-view,probes"


class Mutation(NamedTuple):
    name: str
    tests: str  # as gtest filters them
    in_daemon: bool = False


NAMESPACE_TESTS = "OutsideView.Case89Zygote"
LIMIT_TESTS = "OutsideView.Case89LimitsOfAGuest"
MUTATIONS = [
    Mutation("user-namespace", NAMESPACE_TESTS),
    Mutation("mount-namespace", NAMESPACE_TESTS),
    Mutation("pid-namespace", NAMESPACE_TESTS + ":WithoutSeccomp.PidNamespaceHidesTheDaemon"),
    Mutation("network-namespace", NAMESPACE_TESTS + ":WithoutSeccomp.NetworkNamespaceLeadsNowhere"),
    Mutation("ipc-namespace", NAMESPACE_TESTS),
    Mutation("uts-namespace", NAMESPACE_TESTS),
    Mutation("cgroup-namespace", NAMESPACE_TESTS),
    Mutation("empty-root", "OutsideView.Case89Zygote:WithoutSeccomp.EmptyRootHasNoFiles"),
    Mutation("own-uid", "OutsideView.Case89Guest:WithoutSeccomp.ItsOwnUser"),
    Mutation("no-capabilities", "OutsideView.Case89Guest:WithoutSeccomp.NoCapabilities"),
    Mutation("no-new-privileges", "OutsideView.Case89Guest:WithoutSeccomp.NoNewPrivileges"),
    Mutation("not-dumpable", "OutsideView.Case89Guest:WithoutSeccomp.NotDumpable"),
    Mutation("death-with-parent", "Keeper.ItsZygoteDiesWithIt"),
    Mutation("executable-memory", "WithoutSeccompJitless.NoMemoryBecomesExecutable"),
    Mutation("landlock", "WithoutSeccomp.Landlock*"),
    Mutation("seccomp-zygote", "OutsideView.Case89Zygote:Syscalls.Case82SocketsOfEveryFamily"),
    Mutation("seccomp-after-warm-up", "OutsideView.Case89Zygote:Syscalls.Case81Files"),
    Mutation("seccomp-guest", "OutsideView.Case89Guest:Syscalls.Case84OtherProcesses"),
    Mutation("seccomp-keeper", "OutsideView.Case89Keeper"),
    Mutation("seccomp-open", "Syscalls.Case82CallsOnSockets"),
    Mutation("rlimit-core", LIMIT_TESTS),
    Mutation("rlimit-nofile", LIMIT_TESTS),
    Mutation("rlimit-memlock", LIMIT_TESTS),
    Mutation("rlimit-msgqueue", LIMIT_TESTS),
    Mutation("rlimit-stack", LIMIT_TESTS),
    Mutation("rlimit-fsize", LIMIT_TESTS),
    Mutation("rlimit-nproc", LIMIT_TESTS + ":WithoutSeccomp.NoFurtherProcess"),
    Mutation("rlimit-data", LIMIT_TESTS + ":HostLies.LimitsHoldForNativeCode"),
    Mutation("cpu-timers", "GuestLimits.CpuTimersStopALoop"),
    Mutation("heap-limit", "GuestLimits.HeapEndsAtItsLimit"),
    Mutation("buffer-budget", "GuestLimits.BuffersAreRefusedWithARangeError"),
    Mutation("cgroup", "GuestLimits.ZygoteIsInItsCgroup", in_daemon=True),
    Mutation("outside-view", "Liars.Case89ClaimsAreChecked", in_daemon=True),
    Mutation("probes", "SelfTest.FiltersThatAllowEverythingAreRefused", in_daemon=True),
    Mutation("json-check", "HostLies.Case93ResultsThatAreNotJson", in_daemon=True),
]


class Run(NamedTuple):
    passed: set
    failed: list
    refusals: list  # what the daemon said of the seal
    output: str


class Check:
    def __init__(self, folder, links):
        self.folder, self.links = pathlib.Path(folder).resolve(), pathlib.Path(links)

    def library(self, kind, name):
        """The mutant learns from its file name what to leave out."""
        link = self.links / f"libmayfly-mutant-{kind}.{name}.so"
        if not link.exists():
            link.symlink_to(self.folder / f"libmayfly-mutant-{kind}.so")
        return str(link)

    def run(self, tests, sealed="none", daemon=""):
        """Runs the tests with these layers left out of the zygote and of the daemon."""
        opened = "seccomp-open" if sealed == "none" else f"seccomp-open+{sealed}"
        environment = dict(os.environ, MAYFLY_MUTATE=daemon,
                           MAYFLY_TEST_ZYGOTE=self.library("zygote", sealed),
                           MAYFLY_TEST_BADHOST=self.library("badhost", sealed),
                           MAYFLY_TEST_OPEN=self.library("badhost", opened))
        command = [str(self.folder / "mutation_tests"), f"--gtest_filter={tests}"]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace",
                                  timeout=TIMEOUT)
            output, ended = done.stdout + done.stderr, done.returncode in (0, 1)
        except subprocess.TimeoutExpired as late:
            output, ended = (late.stdout or b"").decode("utf-8", "replace"), False
        passed = set(re.findall(r"^\[       OK \] (\S+)", output, re.M))
        failed = sorted(set(re.findall(r"^\[  FAILED  \] (\S+?)(?: \(\d+ ms\))?$", output, re.M)))
        if not ended:
            failed.append("(the test program did not end as it should)")
        refusals = re.findall(r'"code":"E_SEAL".*?"message":"(.*?)"', output)
        return Run(passed, failed, refusals, output)

    def baseline(self):
        """With every layer in place all the tests pass, also before a daemon that does not look: so what fails later
        fails for the layer that is missing."""
        sealed = ":".join(each.tests for each in MUTATIONS if not each.in_daemon)
        daemon = ":".join(each.tests for each in MUTATIONS if each.in_daemon)
        good = True
        for what, run in (("as it is", self.run(f"{sealed}:{daemon}")), ("blind daemon", self.run(sealed, daemon=BLIND))):
            if run.failed or not run.passed or "SKIPPED" in run.output:
                good = False
                print(f"FAIL  nothing left out, {what}: {', '.join(run.failed) or 'a test was skipped'}")
                print(run.output[-4000:])
            else:
                print(f"ok    nothing left out, {what}: {len(run.passed)} tests pass")
        return good

    def mutation(self, each):
        if each.in_daemon:
            return self.report(each.name, self.run(each.tests, daemon=each.name))
        honest = self.run(each.tests, sealed=each.name)
        if not honest.refusals:
            return self.report(each.name, honest)
        blind = self.run(each.tests, sealed=each.name, daemon=BLIND)
        print(f"ok    {each.name}: the daemon says \"{honest.refusals[0]}\"")
        if blind.refusals:
            print(f"ok    {each.name}, blind daemon: the kernel goes no further: \"{blind.refusals[0]}\"")
            return True
        return self.report(f"{each.name}, blind daemon", blind)

    @staticmethod
    def report(name, run):
        if run.failed:
            print(f"ok    {name}: noticed by {', '.join(run.failed)}")
        else:
            print(f"FAIL  {name}: nothing notices; passed: {', '.join(sorted(run.passed)) or 'nothing'}")
        return bool(run.failed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="where the build put mutation_tests")
    parser.add_argument("--only", nargs="+", choices=[each.name for each in MUTATIONS], help="these mutations")
    parser.add_argument("--baseline", action="store_true", help="only: does everything pass with every layer in place")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        print("the mutation check needs root: other processes are looked at, and layers need it")
        return 1 if os.environ.get("MUST_WORK") == "1" else SKIPPED
    chosen = [each for each in MUTATIONS if not arguments.only or each.name in arguments.only]
    with tempfile.TemporaryDirectory(prefix="mayfly-mutants-") as links:
        check = Check(arguments.folder, links)
        if not check.baseline():
            return 1
        unnoticed = [] if arguments.baseline else [each.name for each in chosen if not check.mutation(each)]
    if unnoticed:
        print(f"mutation: {len(unnoticed)} of {len(chosen)} unnoticed: {', '.join(unnoticed)}", file=sys.stderr)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
