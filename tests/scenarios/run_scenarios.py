#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs each scenario through the real `mayfly run` and compares what came out with what was expected.

    run_scenarios.py --mayfly build/mayfly [--filter TEXT] [--list] [--show] [--jobs N]

A scenario is a folder with a program (`program.js`, `program.ts`, ...) and a `scenario.json`:

    about     what it proves, in a sentence
    program   a file to run instead of program.*; {root} is the repository, {here} the scenario's folder
    document  a JSON document for --modules in the place of a program
    args      further arguments, with the same placeholders
    stdin     a text for standard input
    exit      the exit status; 0 when left out
    expect    a part of the document that --json prints; --json is added to the arguments
    stdout, stderr   regular expressions for a run without --json; both are searched, not anchored
    golden    a file in the folder that holds standard error to the letter (give -q among the args: no usage line)
    differ    paths in the document ("result") whose values must differ between two runs
    contains  texts that the program's file must hold, where an editor could destroy the point (line ends)
    attempts  how often it may be tried, where a tick of the kernel can spoil what is usual; 1 when left out
    pending   why it cannot pass yet; it is run all the same, and passing is then the failure
    cases     {name: {...}}: variants, each overriding any of the above

In `expect`, objects are matched in part, lists in full, scalars exactly, and an object of these is a matcher:

    $regex TEXT    $gte N    $lte N    $absent true    $any true    $length N    $has [items of a list, in this order]
    $only {...}: no other members    $not {...}: anything else    $one_of [...]: at least one of them
    $same FILE: exactly the JSON in that file
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SETTINGS = {"about", "program", "document", "golden", "args", "stdin", "exit", "expect", "stdout", "stderr", "differ", "contains", "attempts",
            "pending"}
MATCHERS = {"$regex", "$gte", "$lte", "$absent", "$any", "$length", "$has", "$only", "$not", "$one_of", "$same"}
VALUE_TAGS = {"$mayfly", "$mayfly:more"}  # keys of our own structured values
MISSING = object()


class BadScenario(Exception):
    """The scenario itself is wrong: a typing mistake in it must not pass for a success."""


# --- matching --------------------------------------------------------------------------------------------------------

def show(value):
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + "..."


def matcher_of(expected):
    """The object if it is a matcher; None if it is a plain object."""
    if not isinstance(expected, dict):
        return None
    special = [key for key in expected if key.startswith("$") and key not in VALUE_TAGS]
    unknown = [key for key in special if key not in MATCHERS]
    if unknown or (special and len(special) != len(expected)):
        raise BadScenario(f"not a matcher: {show(expected)}")
    return expected if special else None


def check_matchers(expected):
    """Finds misspelt matchers, wherever they are."""
    matcher_of(expected)
    for each in expected.values() if isinstance(expected, dict) else expected if isinstance(expected, list) else []:
        check_matchers(each)


def match_special(matcher, actual, path):
    number = isinstance(actual, (int, float)) and not isinstance(actual, bool)
    for name, wanted in matcher.items():
        if name == "$absent":
            good = (actual is MISSING) == bool(wanted)
        elif name == "$one_of":
            good = any(next(mismatches(each, actual, path), None) is None for each in wanted)
        elif actual is MISSING:
            good = False
        elif name == "$any":
            good = True
        elif name == "$regex":
            good = isinstance(actual, str) and re.search(wanted, actual) is not None
        elif name == "$gte":
            good = number and actual >= wanted
        elif name == "$lte":
            good = number and actual <= wanted
        elif name == "$length":
            good = isinstance(actual, (list, str, dict)) and len(actual) == wanted
        elif name == "$has":
            good = isinstance(actual, list) and has_in_order(wanted, actual)
        elif name == "$only":
            yield from mismatches(wanted, actual, path)
            surplus = sorted(actual.keys() - wanted.keys()) if isinstance(actual, dict) else []
            good = not surplus
        elif name == "$same":
            good = actual == json.loads(pathlib.Path(wanted.replace("{root}", str(ROOT))).read_text("utf-8"))
        elif name == "$not":
            good = next(mismatches(wanted, actual, path), None) is not None
        if not good:
            yield path, f"expected {name} {show(wanted)}, got {show(actual)}"


def has_in_order(wanted, actual):
    rest = iter(actual)
    return all(any(next(mismatches(item, each, ""), None) is None for each in rest) for item in wanted)


def mismatches(expected, actual, path=""):
    """(path, sentence) for every place where `actual` is not what was expected."""
    matcher = matcher_of(expected)
    if matcher is not None:
        yield from match_special(matcher, actual, path)
    elif isinstance(expected, dict):
        if not isinstance(actual, dict):
            yield path, f"expected an object, got {show(actual)}"
            return
        for key, value in expected.items():
            yield from mismatches(value, actual.get(key, MISSING), f"{path}.{key}" if path else key)
    elif isinstance(expected, list):
        if not isinstance(actual, list):
            yield path, f"expected a list, got {show(actual)}"
            return
        if len(expected) != len(actual):
            yield path, f"expected {len(expected)} items, got {len(actual)}: {show(actual)}"
        for index, (value, item) in enumerate(zip(expected, actual)):
            yield from mismatches(value, item, f"{path}[{index}]")
    elif actual is MISSING or type(expected) is not type(actual) and not both_numbers(expected, actual) or expected != actual:
        yield path, f"expected {show(expected)}, got {show(actual)}"


def both_numbers(a, b):
    return {type(a), type(b)} <= {int, float}


# --- scenarios -------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Case:
    name: str
    folder: pathlib.Path
    about: str
    program: str
    args: list
    stdin: str | None
    exit: int
    expect: dict | None
    stdout: str | None
    stderr: str | None
    differ: list
    contains: list
    attempts: int
    pending: str | None
    document: str | None = None
    golden: str | None = None

    def command(self, mayfly):
        what = [self.program] if self.document is None else ["--modules", self.document]
        return [str(mayfly), "run", *what, *self.args] + (["--json"] if self.expect is not None else [])


def make_case(name, folder, settings):
    unknown = settings.keys() - SETTINGS
    if unknown:
        raise BadScenario(f"unknown settings: {' '.join(sorted(unknown))}")
    if not settings.get("about"):
        raise BadScenario("'about' is missing: what does it prove?")
    if not any(settings.get(key) for key in ("expect", "stdout", "stderr", "golden")):
        raise BadScenario("nothing is expected, so it cannot fail")
    if settings.get("expect") is not None and settings.get("stdout") is not None:
        raise BadScenario("'stdout' is for a run without --json; say what you 'expect' instead")
    if settings.get("differ") and settings.get("expect") is None:
        raise BadScenario("'differ' compares documents; add 'expect'")
    check_matchers(settings.get("expect"))
    place = {"{root}": str(ROOT), "{here}": str(folder)}

    def filled(text):
        for mark, path in place.items():
            text = text.replace(mark, path)
        return text

    program, document = settings.get("program"), settings.get("document")
    if document is not None:
        document = str(folder / filled(document))
        program = program or document
    if program is None:
        found = sorted(path for path in folder.glob("program.*"))
        if len(found) != 1:
            raise BadScenario(f"expected one program.*, found {len(found)}")
        program = str(found[0])
    return Case(name=name, folder=folder, about=settings["about"], program=filled(program),
                args=[filled(argument) for argument in settings.get("args", [])], stdin=settings.get("stdin"),
                exit=settings.get("exit", 0), expect=settings.get("expect"), stdout=settings.get("stdout"),
                stderr=settings.get("stderr"), differ=settings.get("differ", []), contains=settings.get("contains", []),
                attempts=settings.get("attempts", 1), pending=settings.get("pending"), document=document,
                golden=settings.get("golden"))


def load(root):
    """All cases below `root`, by name."""
    cases = []
    for path in sorted(root.rglob("scenario.json")):
        name = path.parent.relative_to(root).as_posix()
        try:
            settings = json.loads(path.read_text("utf-8"))
            variants = settings.pop("cases", None)
            if variants is None:
                cases.append(make_case(name, path.parent, settings))
                continue
            for variant, overrides in variants.items():
                cases.append(make_case(f"{name}:{variant}", path.parent, {**settings, **overrides}))
        except (ValueError, TypeError, BadScenario) as problem:
            raise BadScenario(f"{name}: {problem}") from problem
    return cases


# --- running ---------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Ran:
    status: int
    stdout: str
    stderr: str


@dataclasses.dataclass
class Verdict:
    case: Case
    problems: list  # sentences
    ran: Ran | None
    seconds: float


def run_once(case, mayfly, timeout):
    command = case.command(mayfly)
    given = (case.stdin or "").encode()
    done = subprocess.run(command, input=given, capture_output=True, timeout=timeout, cwd=case.folder,
                          env={**os.environ, "NO_COLOR": "1"})
    return Ran(done.returncode, done.stdout.decode("utf-8", "backslashreplace"),
               done.stderr.decode("utf-8", "backslashreplace"))


def read_document(ran):
    try:
        document = json.loads(ran.stdout)
    except ValueError as problem:
        return None, [f"stdout is not one JSON document ({problem}): {ran.stdout[:300]!r}"]
    return document, []


# What must hold for every run, whatever the scenario is about.
def check_document(document, status):
    error = document.get("error")
    yield from (f"{path}: {text}" for path, text in mismatches({
        "id": {"$regex": "^run_[0-9a-f]{18}$"},
        "status": "ok" if status == 0 else "error",
        "error": {"$absent": True} if status == 0 else {"code": {"$regex": "^E_[A-Z_]+$"}, "message": {"$regex": "."}},
        "logs": {"$any": True},
        "usage": {"cpuMs": {"$gte": 0}, "wallMs": {"$gte": 0}, "limits": {"cpuMs": {"$gte": 1}}, "isolation": {"$any": True}},
    }, document))
    if error is not None and "result" in document:
        yield "there is a result beside an error"
    if isinstance(error, dict) and error.get("line") == 0:
        yield "error.line is 0"


def check_document_case(case, ran):
    document, problems = read_document(ran)
    if document is None:
        return problems
    problems += check_document(document, ran.status)
    problems += [f"{path}: {text}" for path, text in mismatches(case.expect, document)]
    if not case.stderr and not case.golden and ran.stderr:
        problems.append(f"stderr should be empty with --json: {ran.stderr[:300]!r}")
    return problems


def value_at(document, path):
    for key in path.split("."):
        document = document.get(key, MISSING) if isinstance(document, dict) else MISSING
    return document


def check_difference(case, first, second):
    documents = [read_document(each)[0] or {} for each in (first, second)]
    for path in case.differ:
        one, other = (value_at(document, path) for document in documents)
        if one is MISSING or one == other:
            yield f"{path}: two runs should differ, both gave {show(one)}"


def judge(case, mayfly, timeout):
    began = time.monotonic()
    for _ in range(case.attempts):
        problems, ran = try_once(case, mayfly, timeout)
        if not problems:
            break
    return Verdict(case, problems, ran, time.monotonic() - began)


def try_once(case, mayfly, timeout):
    problems, ran = [], None
    try:
        source = pathlib.Path(case.program).read_bytes() if case.contains else b""
        problems += [f"the program's file no longer holds {text!r}" for text in case.contains if text.encode() not in source]
        ran = run_once(case, mayfly, timeout)
        if ran.status != case.exit:
            problems.append(f"expected exit status {case.exit}, got {ran.status}")
        if case.expect is not None:
            problems += check_document_case(case, ran)
        for stream in ("stdout", "stderr"):
            pattern = getattr(case, stream)
            if pattern is not None and not re.search(pattern, getattr(ran, stream)):
                problems.append(f"{stream} does not match {pattern!r}: {getattr(ran, stream)[:400]!r}")
        if case.golden is not None:
            wanted = (case.folder / case.golden).read_text("utf-8")
            if ran.stderr != wanted:
                problems.append(f"stderr is not what {case.golden} holds: {ran.stderr!r}")
        if case.differ and not problems:
            problems += check_difference(case, ran, run_once(case, mayfly, timeout))
    except subprocess.TimeoutExpired:
        problems.append(f"still running after {timeout} s")
    except OSError as problem:
        problems.append(f"cannot run it: {problem}")
    return problems, ran


# --- reporting -------------------------------------------------------------------------------------------------------

def indented(text, limit=4000):
    text = text if len(text) <= limit else text[:limit] + "..."
    return "".join(f"          {line}\n" for line in text.splitlines())


def describe(verdict, mayfly):
    case = verdict.case
    out = f"      {case.about}\n"
    out += "".join(f"      - {problem}\n" for problem in verdict.problems)
    out += f"      command: {' '.join(map(quote, case.command(mayfly)))}\n"
    if verdict.ran is not None:
        document, _ = read_document(verdict.ran)
        text = verdict.ran.stdout if document is None else brief(document, verdict.problems)
        out += "      stdout:\n" + indented(text)
        if verdict.ran.stderr:
            out += "      stderr:\n" + indented(verdict.ran.stderr)
    return out


def brief(document, problems):
    """The document for a reader; the usage, which is long, only when it is what is wrong."""
    if isinstance(document, dict) and not any(problem.startswith("usage") for problem in problems):
        document = {key: value for key, value in document.items() if key != "usage"}
    return json.dumps(document, indent=1, ensure_ascii=False)


def quote(text):
    return text if re.fullmatch(r"[\w./=:@%+,-]+", text) else "'" + text.replace("'", "'\\''") + "'"


def report(verdicts, mayfly, show_all):
    counts = {"passed": 0, "failed": 0, "pending": 0}
    for verdict in verdicts:
        if verdict.case.pending is not None:
            kind = "pending" if verdict.problems else "failed"
            if kind == "failed":
                verdict.problems.append(f"passes now; take away its 'pending' ({verdict.case.pending})")
        else:
            kind = "failed" if verdict.problems else "passed"
        counts[kind] += 1
        label = {"passed": "ok  ", "failed": "FAIL", "pending": "pend"}[kind]
        print(f"{label}  {verdict.case.name:<52} {verdict.seconds:6.2f} s", flush=True)
        if kind == "pending":
            print(f"      {verdict.case.pending}")
        if kind == "failed" or show_all:
            print(describe(verdict, mayfly), end="", flush=True)
    pending = f", {counts['pending']} pending" if counts["pending"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{pending}")
    return 0 if counts["failed"] == 0 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mayfly", default=ROOT / "build/mayfly", help="the program under test")
    parser.add_argument("--scenarios", type=pathlib.Path, default=HERE, help="the folder to look in")
    parser.add_argument("--filter", default="", help="only scenarios whose name contains this")
    parser.add_argument("--list", action="store_true", help="print names and what they prove; run nothing")
    parser.add_argument("--show", action="store_true", help="print what came out of each, even if it passed")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one run")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="backslashreplace")  # programs under test print lone surrogates
    try:
        cases = [case for case in load(arguments.scenarios.resolve()) if arguments.filter in case.name]
    except BadScenario as problem:
        print(f"bad scenario {problem}", file=sys.stderr)
        return 2
    if not cases:
        print(f"no scenario has '{arguments.filter}' in its name", file=sys.stderr)
        return 2
    if arguments.list:
        for case in cases:
            print(f"{case.name:<52} {case.about}")
        return 0
    mayfly = pathlib.Path(arguments.mayfly).resolve()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        verdicts = pool.map(lambda case: judge(case, mayfly, arguments.timeout), cases)
        return report(verdicts, mayfly, arguments.show)


if __name__ == "__main__":
    sys.exit(main())
