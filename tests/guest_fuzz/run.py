#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fuzzes the guest platform at the level of JavaScript: odd_calls.js in one sandbox after another, a seed each.

    run.py MAYFLY [--seconds N] [--seed N] [--calls N] [--jobs N]

Every function that a program can reach is called with odd receivers and arguments. A program may end in any way that is
the program's own; a crash of its process or a forbidden system call fails the run. The seed is printed, and with it the
last call before the crash: `run.py MAYFLY --seed N --seconds 0` repeats it.
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import time

PROGRAM = pathlib.Path(__file__).parent / "odd_calls.js"
FINE = {"ok", "E_EXCEPTION", "E_REJECTION", "E_UNSETTLED", "E_CPU", "E_WALL", "E_MEM", "E_OUTPUT", "E_LOGS", "E_RESULT"}


def run(mayfly, seed, calls, trace=False):
    """One sandbox. The code of its outcome, and the document."""
    arguments = [mayfly, "run", str(PROGRAM), "--json", "--cpu", "5s", "--wall", "20s", "--memory", "128MB",
                 "--log-limit", "64MB" if trace else "256KB",
                 "--input", json.dumps({"seed": seed, "calls": calls, "trace": trace})]
    done = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
    try:
        outcome = json.loads(done.stdout)
    except ValueError:
        return "no outcome", {"stdout": done.stdout[-2000:].decode(errors="replace"),
                              "stderr": done.stderr[-2000:].decode(errors="replace")}
    return "ok" if outcome["status"] == "ok" else outcome["error"]["code"], outcome


def explain(mayfly, seed, calls, outcome):
    """Runs it again with a line for each call."""
    print(f"guest fuzz: seed {seed} ended with {json.dumps(outcome.get('error', outcome))[:500]}")
    code, traced = run(mayfly, seed, calls, trace=True)
    logs = traced.get("logs", [])
    for record in logs[-3:]:
        print("  ", json.dumps(record)[:300])
    print(f"   (traced, it ended with {code}; the last line is the call that did it)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mayfly")
    parser.add_argument("--seconds", type=float, default=20, help="how long new seeds are tried (default 20)")
    parser.add_argument("--seed", type=int, default=None, help="the first seed (default: the time)")
    parser.add_argument("--calls", type=int, default=3000, help="calls per sandbox (default 3000)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fine", default=",".join(sorted(FINE)), help="the outcomes that are the program's own")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else int(time.time()) % 1_000_000_000
    print(f"guest fuzz: seeds from {seed}", flush=True)
    began = time.monotonic()
    counts = {}
    functions = 0
    bad = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        while True:
            batch = list(range(seed, seed + options.jobs))
            seed += options.jobs
            for one, (code, outcome) in zip(batch, pool.map(lambda s: run(options.mayfly, s, options.calls), batch)):
                counts[code] = counts.get(code, 0) + 1
                if code == "ok":
                    functions = max(functions, outcome["result"]["functions"])
                if code not in options.fine.split(","):
                    bad.append((one, outcome))
            if bad or time.monotonic() - began >= options.seconds:
                break
    for one, outcome in bad:
        explain(options.mayfly, one, options.calls, outcome)
    print(f"guest fuzz: {sum(counts.values())} sandboxes, {functions} functions, outcomes {counts}")
    if not bad and functions < 500:
        sys.exit("guest fuzz: too few functions were reached for this to mean anything")
    sys.exit(1 if bad else 0)


main()
