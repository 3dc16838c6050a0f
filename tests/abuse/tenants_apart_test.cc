// SPDX-License-Identifier: Apache-2.0
// What one tenant breaks, no other shares: real schedulers, real processes, seen from outside.

#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "abuse/sandbox_fixture.h"
#include "tenants/tenants.h"

namespace mayfly::abuse {
namespace {

using std::chrono::milliseconds;

// Our own children: the keepers of zygotes and tool hosts.
std::set<pid_t> children() {
  std::set<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path() / "stat").rdbuf();
    size_t end = text.str().rfind(')');
    if (end == std::string::npos) continue;
    std::istringstream rest(text.str().substr(end + 1));
    char state = 0;
    pid_t parent = 0;
    rest >> state >> parent;
    if (parent == ::getpid() && state != 'Z') found.insert(std::stoi(name));
  }
  return found;
}

std::set<pid_t> without(const std::set<pid_t>& some, const std::set<pid_t>& others) {
  std::set<pid_t> rest;
  std::set_difference(some.begin(), some.end(), others.begin(), others.end(), std::inserter(rest, rest.end()));
  return rest;
}

struct TenantRun {
  bool admitted = false;
  bool ended = false;
  Outcome outcome;
  Tenants::Ticket ticket;
  std::unique_ptr<Place> place;

  [[nodiscard]] std::string code() const {
    return !ended ? "not ended" : outcome.error ? std::string(errorInfo(outcome.error->code).code) : "";
  }
  [[nodiscard]] std::string result() const { return outcome.resultJson.value_or("undefined"); }
};

class TenantsApart : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "mayfly-tenants-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    loop_ = std::move(EventLoop::create()).value();
    ledger_ = std::move(Ledger::open(*loop_, {.folder = folder_})).value();
    options_.scheduler.installation = testInstallation();
    options_.scheduler.warmUpRounds = 2;
    restart();
  }
  void TearDown() override {
    tenants_.reset();
    ledger_.reset();
    std::filesystem::remove_all(folder_);
    // A zygote whose keeper was killed is taken down by the kernel, a moment later.
    turnUntil([] { return children().empty(); });
    EXPECT_TRUE(children().empty()) << "left behind: " << left();
  }
  // What should have gone, with its state and name.
  static std::string left() {
    std::string text;
    for (pid_t child : children()) {
      std::string line;
      std::getline(std::ifstream("/proc/" + std::to_string(child) + "/stat") >> std::ws, line);
      text += line + "\n";
    }
    return text;
  }
  void restart() {
    tenants_.reset();
    tenants_ = Tenants::create(*loop_, *ledger_, options_);
  }

  static Caller caller(const std::string& tenant) { return {tenant, "key_of_" + tenant}; }
  Tenant& tenant(const std::string& name) { return tenants_->tenant(caller(name)); }
  pid_t zygoteOf(const std::string& name) {
    Zygote* zygote = tenant(name).scheduler().zygotes().current();
    return zygote == nullptr ? 0 : zygote->process().innerPid();
  }

  std::shared_ptr<TenantRun> start(const std::string& name, RunRequest wanted) {
    auto run = std::make_shared<TenantRun>();
    run->ticket = tenants_->admit(caller(name), [run, wanted](Result<std::unique_ptr<Place>> place) {
      ASSERT_TRUE(place.ok());
      run->admitted = true;
      run->place = std::move(place).value();
      RunCallbacks callbacks;
      callbacks.onDone = [run](Outcome outcome) {
        run->outcome = std::move(outcome);
        run->ended = true;
        run->place->used(run->outcome.usage);
        run->place.reset();
      };
      run->place->tenant().scheduler().submit(wanted, std::move(callbacks));
    });
    return run;
  }
  // Looks again after each event, and every few milliseconds.
  bool turnUntil(const std::function<bool()>& done) {
    MonotonicTime limit = monotonicNow() + kPatience;
    while (!done() && monotonicNow() < limit) loop_->runOnce(monotonicNow() + milliseconds(5));
    return done();
  }
  std::shared_ptr<TenantRun> run(const std::string& name, const std::string& program,
                                 Language language = Language::kJavaScript) {
    RunRequest wanted = request(program);
    wanted.modules.front().language = language;
    auto started = start(name, wanted);
    EXPECT_TRUE(turnUntil([&] { return started->ended; }));
    return started;
  }

  std::string folder_;
  TenantsOptions options_;
  std::unique_ptr<EventLoop> loop_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Tenants> tenants_;
};

// The type makes the tool host necessary.
constexpr const char* kTyped = "const answer: number = 42; answer";
constexpr const char* kWaits = "export default () => new Promise((r) => setTimeout(() => r('unharmed'), 1500));";

TEST_F(TenantsApart, NoProcessIsSharedAndEachStartsOnFirstUse) {
  EXPECT_TRUE(children().empty());
  EXPECT_EQ(run("acme", kTyped, Language::kTypeScript)->result(), "42");
  std::set<pid_t> ofAcme = children();
  EXPECT_EQ(ofAcme.size(), 2U) << "a zygote's keeper and a tool host's";
  EXPECT_EQ(tenants_->counts().tenants, 1U);
  EXPECT_EQ(run("beta", kTyped, Language::kTypeScript)->result(), "42");
  std::set<pid_t> ofBeta = without(children(), ofAcme);
  EXPECT_EQ(ofBeta.size(), 2U);
  EXPECT_EQ(without(ofAcme, children()).size(), 0U);
  EXPECT_NE(zygoteOf("acme"), zygoteOf("beta"));
  EXPECT_EQ(tenants_->counts().tenants, 2U);
}

TEST_F(TenantsApart, WhatIsKilledOfOneTenantHarmsNoOther) {
  EXPECT_EQ(run("acme", kTyped, Language::kTypeScript)->result(), "42");
  std::set<pid_t> ofAcme = children();
  EXPECT_EQ(run("beta", kTyped, Language::kTypeScript)->result(), "42");
  pid_t zygoteOfBeta = zygoteOf("beta");
  std::set<pid_t> ofBeta = without(children(), ofAcme);
  auto victim = start("acme", request(kWaits));
  auto other = start("beta", request(kWaits));
  EXPECT_TRUE(turnUntil([&] {
    return tenant("acme").scheduler().zygotes().current()->liveGuests() > 0 &&
           tenant("beta").scheduler().zygotes().current()->liveGuests() > 0;
  }));
  for (pid_t each : ofAcme) ASSERT_EQ(::kill(each, SIGKILL), 0);
  ASSERT_TRUE(turnUntil([&] { return victim->ended && other->ended; }));
  EXPECT_EQ(victim->code(), "E_UNAVAILABLE");
  EXPECT_EQ(other->result(), "\"unharmed\"") << other->code();
  EXPECT_EQ(zygoteOf("beta"), zygoteOfBeta);
  EXPECT_EQ(without(ofBeta, children()).size(), 0U);
  // The victim comes back by itself, in new processes.
  EXPECT_EQ(run("acme", kTyped, Language::kTypeScript)->result(), "42");
  EXPECT_TRUE(without(ofAcme, children()) == ofAcme);
}

TEST_F(TenantsApart, AnIdleTenantIsStoppedAndStartsAgain) {
  options_.idle = milliseconds(200);
  restart();
  EXPECT_EQ(run("default", "1")->result(), "1");
  std::set<pid_t> ofDefault = children();
  EXPECT_EQ(run("acme", "2")->result(), "2");
  EXPECT_EQ(tenants_->counts().tenants, 2U);
  ASSERT_TRUE(turnUntil([&] { return tenants_->counts().tenants == 1; }));
  EXPECT_TRUE(tenant("default").isRunning());
  EXPECT_FALSE(tenant("acme").isRunning());
  EXPECT_TRUE(turnUntil([&] { return children() == ofDefault; }));
  EXPECT_EQ(run("acme", "3")->result(), "3");
}

TEST_F(TenantsApart, AHoldARunOrAPlaceKeepsATenantRunning) {
  options_.idle = milliseconds(40);
  restart();
  auto long_ = start("acme", request(kWaits));
  auto hold = tenant("beta").hold();
  EXPECT_EQ(run("beta", "1")->result(), "1");
  ASSERT_TRUE(turnUntil([&] { return long_->ended; }));
  EXPECT_EQ(long_->result(), "\"unharmed\"") << long_->code();
  EXPECT_TRUE(tenant("beta").isRunning());
  hold.reset();
  EXPECT_TRUE(turnUntil([&] { return tenants_->counts().tenants == 0; }));
}

TEST_F(TenantsApart, SparesGoToTheDefaultTenantAndToThoseThatWereActive) {
  options_.scheduler.spares = 2;
  restart();
  auto spares = [&](const char* name) { return tenant(name).scheduler().zygotes().sparesReady(); };
  tenants_->warm();
  EXPECT_TRUE(turnUntil([&] { return spares("default") == 2; }));
  EXPECT_EQ(run("acme", "1")->result(), "1");
  EXPECT_TRUE(turnUntil([&] { return spares("acme") == 2; }));
  // A tenant that has only been looked at has none.
  tenant("beta").scheduler().warm(false);
  EXPECT_TRUE(turnUntil([&] { return zygoteOf("beta") != 0; }));
  EXPECT_EQ(tenant("beta").scheduler().zygotes().current()->liveGuests(), 0U);
}

TEST_F(TenantsApart, MemoryIsTheTenantsAllTogether) {
  if (tenant("probe").scheduler().cgroups().mode() == CgroupMode::kNone) {
    GTEST_SKIP() << "no memory cgroup can be made here";
  }
  ASSERT_TRUE(ledger_->createKey({.tenant = "acme", .quota = {.memoryBytes = 256U << 20U}}).ok());
  // 90 MB each, within the limit of each.
  RunRequest hungry = request(
      "export default async () => { const all = new Uint8Array(90 << 20).fill(1);"
      "await new Promise((r) => setTimeout(r, 1500)); return all.length; };",
      memoryLimit(128));
  std::vector<std::shared_ptr<TenantRun>> ofAcme;
  std::vector<std::shared_ptr<TenantRun>> ofBeta;
  for (int i = 0; i < 4; ++i) ofAcme.push_back(start("acme", hungry));
  for (int i = 0; i < 4; ++i) ofBeta.push_back(start("beta", hungry));
  auto ended = [](const auto& runs) {
    return std::all_of(runs.begin(), runs.end(), [](auto& each) { return each->ended; });
  };
  ASSERT_TRUE(turnUntil([&] { return ended(ofAcme) && ended(ofBeta); }));
  auto failed = std::count_if(ofAcme.begin(), ofAcme.end(), [](auto& each) { return !each->code().empty(); });
  EXPECT_GE(failed, 1);
  for (auto& each : ofBeta) EXPECT_EQ(each->code(), "");
  EXPECT_EQ(run("acme", "1")->result(), "1") << "what is left works";
}

}  // namespace
}  // namespace mayfly::abuse
