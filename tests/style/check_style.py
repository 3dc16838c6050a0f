#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules of the house that a compiler does not know.

    check_style.py [--root DIR] [rule ...]

Prints `file:line: [rule] what is wrong` for each violation and exits 1 if there was one. Looks at files that Git tracks
or would track; outside a checkout, at everything but build products. Standard library only.

A line that must name a machine path (a test that proves it is hidden, say) ends in `style-ok(path): the reason`.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

ROOM_EDGES = "tests/style/room_edges.txt"
SKIPPED_DIRECTORIES = {".git", "build", "node_modules", "__pycache__", ".cache"}
CXX_SUFFIXES = {".cc", ".h"}
MAX_LINES, WARN_LINES = 800, 400


class Problem(NamedTuple):
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


class Tree:
    """The files of one checkout; paths are relative to its root, with forward slashes."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        names = self._from_git() or self._from_disk()
        self.files = sorted(name for name in names if not (self.root / name).is_symlink())
        self.link_targets = set(names) | {str(parent) for name in names for parent in pathlib.PurePath(name).parents}
        self._texts = {}

    def _from_git(self):
        # A hook's GIT_DIR would point at another repository.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        git = ["git", "-c", f"safe.directory={self.root}", "-C", str(self.root)]
        try:
            top = subprocess.run(git + ["rev-parse", "--show-toplevel"], env=environment, capture_output=True, text=True)
            if top.returncode != 0 or pathlib.Path(top.stdout.strip()).resolve() != self.root:
                return None
            listed = subprocess.run(git + ["ls-files", "-z", "-co", "--exclude-standard"], env=environment,
                                    capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        names = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
        return [name for name in names if (self.root / name).is_file()]

    def _from_disk(self):
        found = []
        for directory, below, names in os.walk(self.root):
            below[:] = [name for name in below if name not in SKIPPED_DIRECTORIES]
            for name in names:
                path = pathlib.Path(directory) / name
                if path.is_file():
                    found.append(path.relative_to(self.root).as_posix())
        return found

    def text(self, name):
        """The file's text, or None if it is binary."""
        if name not in self._texts:
            content = (self.root / name).read_bytes()
            self._texts[name] = None if b"\0" in content[:8192] else content.decode("utf-8", "replace")
        return self._texts[name]

    def lines(self, name):
        """(number, line) pairs; none for a binary file."""
        return enumerate((self.text(name) or "").splitlines(), 1)

    def under(self, folder):
        return [name for name in self.files if name.startswith(folder + "/")]

    def rooms(self):
        return sorted({name.split("/")[1] for name in self.under("src") if name.count("/") >= 2})


# --- the rules: each takes a Tree and yields Problems; `fatal` ones make the check fail -------------------------------

RULES = {}
WARNINGS = {"long-file"}


def rule(name):
    def register(function):
        RULES[name] = lambda tree: [Problem(path, line, name, text) for path, line, text in function(tree)]
        return function
    return register


def read_edges(tree):
    """The table as {room: allowed rooms}, and what is wrong with the table itself."""
    edges, wrong = {}, []
    if ROOM_EDGES not in tree.files:
        return edges, [(ROOM_EDGES, 1, "the table of allowed includes is missing")]
    for number, line in tree.lines(ROOM_EDGES):
        line = line.split("#")[0].strip()
        if not line:
            continue
        room, colon, allowed = line.partition(":")
        if not colon or room.strip() in edges:
            wrong.append((ROOM_EDGES, number, f"expected one 'room: allowed rooms' per room, found '{line}'"))
        edges[room.strip()] = set(allowed.split())
    # Rooms that lead nowhere are taken away until none is left; what stays is a cycle or a name without a line.
    left = dict(edges)
    while True:
        ends = [room for room, allowed in left.items() if not allowed & left.keys()]
        if not ends:
            break
        for room in ends:
            del left[room]
    if left:
        wrong.append((ROOM_EDGES, 1, f"includes must go one way; there is a cycle among: {' '.join(sorted(left))}"))
    for room, allowed in edges.items():
        for name in sorted(allowed - edges.keys()):
            wrong.append((ROOM_EDGES, 1, f"{room} may include '{name}', which has no line of its own"))
    return edges, wrong


INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*(["<])([^">]+)[">]')


@rule("include")
def check_includes(tree):
    edges, wrong = read_edges(tree)
    yield from wrong
    if not edges:
        return
    rooms = edges.keys() | set(tree.rooms())
    for room in tree.rooms():
        if room not in edges:
            yield f"src/{room}", 1, f"room '{room}' has no line in {ROOM_EDGES}"
    for name in tree.under("src"):
        room = name.split("/")[1]
        for number, line in tree.lines(name):
            match = INCLUDE.match(line)
            if not match:
                continue
            quote, target = match.groups()
            first = target.split("/")[0]
            if quote == '"' and (".." in target.split("/") or target.startswith(("src/", "/", "./"))):
                yield name, number, f'"{target}": write room/file.h, as seen from src/'
            elif "/" in target and first in rooms and first != room and first not in edges.get(room, set()):
                allowed = " ".join(sorted(edges.get(room, set()))) or "nothing but itself"
                yield name, number, f"{room} may not include {target}; allowed: {allowed}"


COMMENT_OF_SUFFIX = {".cmake": "#", ".py": "#", ".sh": "#", ".toml": "#", ".yaml": "#", ".yml": "#", ".sql": "--"}
WITHOUT_LICENCE_LINE = {".md", ".json", ".txt", ".svg"}  # no comments, or prose


@rule("licence")
def check_licence(tree):
    for name in tree.under("src"):
        path = pathlib.PurePath(name.removesuffix(".in"))
        if tree.text(name) is None:
            continue
        if path.name == "CMakeLists.txt" or path.suffix == ".capnp":
            comment = "#"
        elif path.suffix in WITHOUT_LICENCE_LINE:
            continue
        else:
            comment = COMMENT_OF_SUFFIX.get(path.suffix, "//")
        wanted = f"{comment} SPDX-License-Identifier: Apache-2.0"
        first = [line for _, line in tree.lines(name) if not line.startswith("#!")][:1]
        if first != [wanted]:
            yield name, 1, f"the first line must be '{wanted}'"


def count_lines(tree):
    for name in tree.under("src"):
        text = tree.text(name)
        if text is not None:
            yield name, len(text.splitlines())


@rule("file-size")
def check_size(tree):
    for name, count in count_lines(tree):
        if count > MAX_LINES:
            yield name, count, f"{count} lines, more than {MAX_LINES}: do two files (or rooms) share this one?"


@rule("long-file")
def warn_about_size(tree):
    for name, count in count_lines(tree):
        if WARN_LINES < count <= MAX_LINES:
            yield name, count, f"{count} lines, more than {WARN_LINES}"


# Written in two halves, here and in the names of hosts, so that this file does not trip over itself.
MARKER = re.compile(r"\b(TODO\s?\(now\)|FIX" r"ME\b|XX" r"X\b)")


@rule("marker")
def check_markers(tree):
    for name in tree.files:
        if name.endswith("package-lock.json"):  # hashes
            continue
        for number, line in tree.lines(name):
            match = MARKER.search(line)
            if match:
                yield name, number, f"'{match.group(1)}' must not stay; do it, or write TODO(perf|security|test|...)"


MACHINE_PATH = re.compile(r"(?<![\w.\-~})*])(/(?:ro" r"ot|wo" r"rk)/|/ho" r"me/[A-Za-z0-9_])")
REGISTRY_HOST = re.compile(
    r"(np" r"mjs|\b(?:deb|security|snapshot|ftp)\.deb" r"ian\.org|reg" r"istry\.yarnpkg|pythonho" r"sted"
    r"|archive\.ubu" r"ntu|ports\.ubu" r"ntu|node" r"source\.com)", re.IGNORECASE)
EXCUSE = re.compile(r"style-ok\(path\): \S+")


@rule("machine-path")
def check_machine_paths(tree):
    for name in tree.files:
        for number, line in tree.lines(name):
            match = MACHINE_PATH.search(line)
            if match and not EXCUSE.search(line):
                yield name, number, f"'{match.group(1)}' is a path of one machine"


def resolved_urls(node, where=""):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "resolved" and isinstance(value, str) and "://" in value:
                yield where
            else:
                yield from resolved_urls(value, key)


@rule("registry")
def check_registry(tree):
    for name in tree.files:
        for number, line in tree.lines(name):
            match = REGISTRY_HOST.search(line)
            if match:
                yield name, number, f"names a package registry: '{match.group(1)}'"
        if pathlib.PurePath(name).name in ("package-lock.json", "npm-shrinkwrap.json"):
            try:
                lock = json.loads(tree.text(name) or "")
            except ValueError as problem:
                yield name, 1, f"is not JSON: {problem}"
                continue
            for package in resolved_urls(lock):
                yield name, 1, f"'{package}' has a 'resolved' URL; set omit-lockfile-registry-resolved in .npmrc"


CMAKE_COMMENT = re.compile(r"#\[(=*)\[.*?\]\1\]|#[^\n]*", re.DOTALL)


@rule("unbuilt-test")
def check_tests_are_built(tree):
    lists = {name: CMAKE_COMMENT.sub(" ", tree.text(name) or "")
             for name in tree.files if pathlib.PurePath(name).name == "CMakeLists.txt"}
    for name in tree.under("src") + tree.under("tests"):
        if not name.endswith(("_test.cc", "_fuzz.cc")):
            continue
        for folder in pathlib.PurePath(name).parents:
            # Seen from each CMakeLists.txt above it; `${CMAKE_CURRENT_SOURCE_DIR}/` may stand before it.
            relative = re.escape(pathlib.PurePath(name).relative_to(folder).as_posix())
            text = lists.get((folder / "CMakeLists.txt").as_posix(), "")
            if re.search(rf'(?:^|[\s("]|\}}/){relative}(?:$|[\s)";])', text):
                break
        else:
            yield name, 1, "no CMakeLists.txt names this file, so nobody runs it"


FENCE = re.compile(r"^\s{0,3}(```|~~~)")
INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
LINKS = (re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'(][^)]*)?\)"),  # [text](target "title")
         re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)"),  # [name]: target
         re.compile(r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)=[\"']([^\"']+)", re.IGNORECASE))


@rule("dead-link")
def check_links(tree):
    for name in tree.files:
        if not name.endswith(".md"):
            continue
        fence = None
        for number, line in tree.lines(name):
            mark = FENCE.match(line)
            if mark and fence in (None, mark.group(1)):
                fence = None if fence else mark.group(1)
                continue
            if fence:
                continue
            line = INLINE_CODE.sub("", line)
            for target in (match.group(1) for pattern in LINKS for match in pattern.finditer(line)):
                if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", target):
                    continue
                path = re.split(r"[?#]", target)[0].replace("%20", " ")
                # A leading slash means the repository's root, as code hosts read it.
                base = "" if path.startswith("/") else os.path.dirname(name)
                full = os.path.normpath(os.path.join(base, path.lstrip("/")))
                if full not in tree.link_targets:
                    yield name, number, f"link to '{target}': there is no such file in the repository"


VAGUE_NAME = re.compile(r"(?:^|[_\-.])(utils?|utilities|commons?|helpers?|managers?)(?=$|[_\-.])", re.IGNORECASE)


@rule("vague-name")
def check_names(tree):
    folders = {str(parent) for name in tree.under("src") for parent in pathlib.PurePath(name).parents}
    for name in tree.under("src") + sorted(folder for folder in folders if folder.startswith("src/")):
        match = VAGUE_NAME.search(os.path.basename(name))
        if match:
            yield name, 1, f"'{match.group(1)}' says nothing; name it after what it does"


PROCESS = re.compile(r"\b(process(es)?|daemon|command|cli|zygote|guest|tool ?host|egress|launcher)\b", re.IGNORECASE)
TRUST = re.compile(r"\b(dis|un)?trust(s|ed|ing)?\b", re.IGNORECASE)


@rule("room-readme")
def check_room_readmes(tree):
    for room in tree.rooms():
        readme = f"src/{room}/README.md"
        if readme not in tree.files:
            yield readme, 1, "is missing: every room says in which process it lives and whom it trusts"
            continue
        first = next((line for _, line in tree.lines(readme)), "")
        if not PROCESS.search(first) or not TRUST.search(first):
            yield readme, 1, "the first line must name the room's process (daemon, zygote, ...) and whom it trusts"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parents[2], help="the checkout to look at")
    parser.add_argument("rules", nargs="*", metavar="rule", help=f"only these: {' '.join(RULES)}")
    arguments = parser.parse_args()
    unknown = set(arguments.rules) - RULES.keys()
    if unknown:
        parser.error(f"unknown rule: {' '.join(sorted(unknown))}")

    tree = Tree(arguments.root)
    if not tree.files:
        parser.error(f"no files in {arguments.root}")
    problems = [problem for name in arguments.rules or RULES for problem in RULES[name](tree)]
    fatal = [problem for problem in problems if problem.rule not in WARNINGS]
    for problem in problems:
        print(f"{problem}" if problem in fatal else f"{problem} (a warning)")
    if fatal:
        print(f"style: {len(fatal)} problem(s) in {len(tree.files)} files", file=sys.stderr)
    return 1 if fatal else 0


if __name__ == "__main__":
    sys.exit(main())
