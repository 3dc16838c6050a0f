// SPDX-License-Identifier: Apache-2.0
#include "bench/machine.h"

#include <gtest/gtest.h>

namespace mayfly::bench {
namespace {

TEST(Machine, FieldsOfProcFiles) {
  EXPECT_EQ(fieldOf("MemTotal:       24684220 kB\nMemAvailable:   23298000 kB\n", "MemAvailable"), "23298000 kB");
  EXPECT_EQ(fieldOf("processor\t: 0\nmodel name\t: AMD EPYC\n", "model name"), "AMD EPYC");
  EXPECT_EQ(fieldOf("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n", "PRETTY_NAME"), "Debian GNU/Linux 12");
}

TEST(Machine, OnlyWholeNamesMatch) {
  EXPECT_EQ(fieldOf("VmPTE:\t 12 kB\nVmPTEX:\t 13 kB", "VmPTEX"), "13 kB");
  EXPECT_EQ(fieldOf("MemAvailable: 1", "Mem"), "");
  EXPECT_EQ(fieldOf("Empty:\n", "Empty"), "");
  EXPECT_EQ(fieldOf("", "Any"), "");
}

TEST(Machine, ThisOneIsDescribed) {
  Machine machine = describeMachine();
  EXPECT_GT(machine.cores, 0U);
  EXPECT_GT(machine.memoryBytes, 0U);
  EXPECT_FALSE(machine.kernel.empty());
  EXPECT_EQ(machine.date.size(), 10U);
  EXPECT_GT(memAvailableBytes(), 0U);
}

}  // namespace
}  // namespace mayfly::bench
