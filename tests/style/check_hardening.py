#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether our programs were built as cmake/hardening.cmake says (security.md case 173).

    check_hardening.py [--no-fortify] FILE ...

Reads what the compiler and the linker left in each file, by readelf. Prints `FILE: what is missing` and exits 1 if
anything is. --no-fortify: an unoptimised or sanitized build, which has no _FORTIFY_SOURCE. Standard library only.
"""

import argparse
import re
import subprocess
import sys

ENDBR64 = b"\xf3\x0f\x1e\xfa"
# What libc's and the compiler's start-up files bring along, whatever our own flags are.
PADS_OF_OTHERS = 8


def readelf(path, *flags):
    return subprocess.run(["readelf", "-W", *flags, path], check=True, capture_output=True, text=True).stdout


def segments(path):
    """(type, flags) of each program header."""
    found = re.findall(r"^  ([A-Z_]+)((?: +0x[0-9a-f]+){5}) ([R ][W ][E ])", readelf(path, "-l"), re.M)
    return [(kind, flags.replace(" ", "")) for kind, _, flags in found]


def text_section(path):
    """The bytes of .text."""
    match = re.search(r" \.text +PROGBITS +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)", readelf(path, "-S"))
    with open(path, "rb") as file:
        file.seek(int(match.group(1), 16))
        return file.read(int(match.group(2), 16))


def layout_problems(path):
    header, dynamic, loaded = readelf(path, "-h"), readelf(path, "-d"), segments(path)
    if "DYN (" not in header:
        yield "is at a fixed address: not position-independent"
    elif any(kind == "INTERP" for kind, _ in loaded) and not re.search(r"\(FLAGS_1\).*\bPIE\b", dynamic):
        yield "is a program and not marked PIE"
    if not any(kind == "GNU_RELRO" for kind, _ in loaded):
        yield "has no RELRO segment"
    if not re.search(r"\((FLAGS|FLAGS_1|BIND_NOW)\).*(NOW)", dynamic):
        yield "binds lazily: RELRO is not full"
    if [flags for kind, flags in loaded if kind == "GNU_STACK"] != ["RW"]:
        yield "has an executable stack, or does not say that it has none"
    if any(kind == "LOAD" and "W" in flags and "E" in flags for kind, flags in loaded):
        yield "has a segment that is writable and executable"
    if "(TEXTREL)" in dynamic:
        yield "has relocations in its text"
    for tag in ("RPATH", "RUNPATH"):
        if f"({tag})" in dynamic:
            yield f"has an {tag}: a folder that somebody may write to"


def code_problems(path, fortify):
    symbols = readelf(path, "--dyn-syms")
    if "__stack_chk_fail" not in symbols:
        yield "has no stack protector"
    if fortify and not re.search(r" __[a-z0-9]+_chk\b", symbols):
        yield "has no _FORTIFY_SOURCE checks"
    if "glibcxx_assert_fail" not in symbols:
        yield "has no _GLIBCXX_ASSERTIONS"
    # The mark in .note.gnu.property is the linker's, and only there if libc's start-up files have it as well. The
    # landing pads are the compiler's.
    if "X86-64" in readelf(path, "-h") and text_section(path).count(ENDBR64) <= PADS_OF_OTHERS:
        yield "has no landing pads for indirect branches (-fcf-protection)"


def problems(path, fortify=True):
    return [*layout_problems(path), *code_problems(path, fortify)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-fortify", action="store_true", help="this build has no _FORTIFY_SOURCE")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    found = [f"{path}: {text}" for path in arguments.files for text in problems(path, not arguments.no_fortify)]
    print("\n".join(found) if found else f"hardening: {len(arguments.files)} files are built as they should be")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
