#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_hardening.py can fail: a small program is built with one flag taken away at a time.

    check_hardening_test.py [COMPILER]
"""

import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

import check_hardening

COMPILER = "g++"

PROGRAM = """
#include <cstdio>
#include <cstring>
#include <vector>
template <int N> [[gnu::noinline]] int plus(int value) { return value * N + N; }
int (*const volatile kCalled[])(int) = {plus<1>, plus<2>, plus<3>, plus<4>,  plus<5>,  plus<6>,
                                        plus<7>, plus<8>, plus<9>, plus<10>, plus<11>, plus<12>};
int main(int argc, char** argv) {
  char text[16];
  std::strcpy(text, argv[0]);
  std::vector<int> numbers(static_cast<unsigned>(argc));
  std::printf("%s %d", text, numbers[static_cast<unsigned>(argc) / 2] + kCalled[argc % 12](argc));
}
"""

FLAGS = ["-O2", "-fPIE", "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2",
         "-D_GLIBCXX_ASSERTIONS", "-pie", "-Wl,-z,relro,-z,now,-z,noexecstack"]
if platform.machine() == "x86_64":
    FLAGS.append("-fcf-protection=full")


class Hardening(unittest.TestCase):
    def problems(self, without=(), extra=(), fortify=True):
        with tempfile.TemporaryDirectory() as folder:
            source, program = pathlib.Path(folder, "program.cc"), str(pathlib.Path(folder, "program"))
            source.write_text(PROGRAM, encoding="utf-8")
            flags = [flag for flag in FLAGS if flag not in without]
            subprocess.run([COMPILER, *flags, *extra, str(source), "-o", program], check=True, capture_output=True)
            return check_hardening.problems(program, fortify)

    def expect(self, text, **how):
        found = self.problems(**how)
        self.assertEqual(len(found), 1, found)
        self.assertIn(text, found[0])

    def test_all_flags(self):
        self.assertEqual(self.problems(), [])

    def test_position(self):
        self.expect("position-independent", without=["-pie", "-fPIE"], extra=["-no-pie"])

    def test_relro(self):
        self.expect("no RELRO", extra=["-Wl,-z,norelro"])

    def test_lazy(self):
        self.expect("lazily", extra=["-Wl,-z,lazy"])

    def test_stack(self):
        self.expect("executable stack", extra=["-Wl,-z,execstack"])

    def test_search_path(self):
        self.expect("RUNPATH", extra=["-Wl,-rpath,/tmp,--enable-new-dtags"])
        self.expect("RPATH", extra=["-Wl,-rpath,/tmp,--disable-new-dtags"])

    def test_stack_protector(self):
        self.expect("stack protector", without=["-fstack-protector-strong", "-D_FORTIFY_SOURCE=2"],
                    extra=["-fno-stack-protector"], fortify=False)

    def test_fortify(self):
        self.expect("_FORTIFY_SOURCE", without=["-D_FORTIFY_SOURCE=2"])
        self.assertEqual(self.problems(without=["-D_FORTIFY_SOURCE=2"], fortify=False), [])

    def test_assertions(self):
        self.expect("_GLIBCXX_ASSERTIONS", without=["-D_GLIBCXX_ASSERTIONS"])

    @unittest.skipUnless(platform.machine() == "x86_64", "other processors have other means")
    def test_landing_pads(self):
        self.expect("landing pads", without=["-fcf-protection=full"], extra=["-fcf-protection=none"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        COMPILER = sys.argv.pop(1)
    unittest.main()
