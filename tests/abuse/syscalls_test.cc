// SPDX-License-Identifier: Apache-2.0
#include "abuse/sandbox_fixture.h"
namespace mayfly::abuse {
class X : public SandboxTest {
  SchedulerOptions options() const override { auto o = SandboxTest::options(); o.installation.zygoteLibrary = badhostLibrary(); return o; }
};
TEST_F(X, A) {
  EXPECT_CODE("badhost\nsyscall 2 @passwd 0 0\n", Limits{}, "E_HOST_KILLED");
  EXPECT_RESULT("badhost\nsyscall 39\nsyscall 1 @socket @buffer 0\n", "[2,0]");
  EXPECT_CODE("badhost\nint80 20\n", Limits{}, "E_HOST_KILLED");
  EXPECT_CODE("badhost\ndie stack\n", Limits{}, "E_HOST_CRASHED");
  EXPECT_CODE("badhost\ndie v8-heap\n", cpuLimit(std::chrono::seconds(5)), "E_MEM");
}
}
