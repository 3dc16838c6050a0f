// SPDX-License-Identifier: Apache-2.0
// Workers that load workers: real hosts, real children, and the relay between them.

#include "workers/daemon/worker_fixture.h"

namespace mayfly::workers {
namespace {

constexpr const char* kLoader = R"(, "loaders": ["LOADER"])";

class HostWorkersTest : public WorkerTest {
 protected:
  WorkerTable::Entry host(const std::string& id, const std::string& program) { return get(id, program, kLoader); }
};

TEST_F(HostWorkersTest, AChildHasLiveBindingsOfItsHost) {
  auto entry = host("host", R"js(
import { WorkerEntrypoint } from "cloudflare:workers";
export class Egress extends WorkerEntrypoint {
  async fetch(request) { return new Response(`${this.ctx.props.tenant} asked for ${request.url}`); }
}
const kChild = `
import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  async run(n) { return [await this.env.GREET(n), this.env.KEY, this.ctx.props]; }
  async get() { return (await fetch("http://example.org/x")).text(); }
}`;
export default { async run(input, env, ctx) {
  const child = env.LOADER.load({ mainModule: "child.js", modules: { "child.js": kChild },
    env: { GREET: (who) => `hello ${who}`, KEY: "k" }, globalOutbound: ctx.exports.Egress({ props: { tenant: 5 } }) });
  const api = child.getEntrypoint(undefined, { props: { p: 1 } });
  return [await api.run(7), await api.get()];
} };
)js");
  Answer answer = call(*entry.worker);
  EXPECT_EQ(answer.text(), R"([["hello 7","k",{"p":1}],"5 asked for http://example.org/x"])");
}

TEST_F(HostWorkersTest, AChildThatIsGotStaysWarmAndIsItsHostsAlone) {
  constexpr const char* kHost = R"js(
let asked = 0;
export default { async run(input, env) {
  const child = env.LOADER.get("counter", async () => { asked++;
    return { mainModule: "a.js", modules: { "a.js": "let n = 0; export default () => ++n;" } }; });
  return [await child.getEntrypoint().run(), asked];
} };
)js";
  auto one = host("one", kHost);
  EXPECT_EQ(call(*one.worker).text(), "[1,1]");
  EXPECT_EQ(call(*one.worker).text(), "[2,1]");
  auto two = host("two", kHost);
  EXPECT_EQ(call(*two.worker).text(), "[1,1]") << "another host has another child";
  EXPECT_EQ(table().size(), 4U);
  EXPECT_EQ(table().find("counter", {}, 0).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(table().evict("one").ok());
  EXPECT_EQ(table().size(), 2U) << "the child ends with its host";
  until([&] { return ends_.size() == 2; }, "both have ended");
  EXPECT_EQ(call(*two.worker).text(), "[2,1]");
}

TEST_F(HostWorkersTest, LimitsOfAChildDoNotExceedItsHosts) {
  auto entry = get("host", R"js(
export default { async run(input, env) {
  const child = env.LOADER.get("greedy", () => ({ mainModule: "a.js", modules: { "a.js": "export default () => 1;" },
    limits: { memoryMb: 512, cpuMs: 60000, wallMs: 5 } }));
  return child.getEntrypoint().run();
} };
)js",
                   R"(, "loaders": ["LOADER"], "limits": {"memoryMb": 48, "cpuMs": 1500})");
  auto answer = begin(*entry.worker);
  until([&] { return answer->ended || table().size() == 2; }, "the child is there");
  bool found = false;
  for (const auto& each : table().list()) {
    if (each.id != "greedy") continue;
    found = true;
    EXPECT_EQ(each.worker->code().program.limits.memoryBytes, 48U << 20U);
    EXPECT_EQ(each.worker->code().program.limits.cpu, std::chrono::milliseconds(1500));
    EXPECT_EQ(each.worker->code().program.limits.wall, std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(found);
  until([&] { return answer->ended; }, "the call ends");
}

TEST_F(HostWorkersTest, WhatEndsAChildRejectsItsCalls) {
  auto entry = host("host", R"js(
export default { async run(code, env) {
  const child = env.LOADER.load({ mainModule: "a.js", modules: { "a.js": code }, limits: { cpuMs: 100 } });
  try { return await child.getEntrypoint().run(); } catch (error) { return [error.code, error.message]; }
} };
)js");
  EXPECT_EQ(call(*entry.worker, R"("throw new Error('at the top'); export default 1;")").text(),
            R"(["E_EXCEPTION","at the top"])");
  Answer loop = call(*entry.worker, R"("export default () => { for (;;); };")");
  EXPECT_NE(loop.text().find("E_CPU"), std::string::npos) << loop.text();
  EXPECT_EQ(call(*entry.worker, R"("export default () => 'fine';")").text(), "\"fine\"");
}

TEST_F(HostWorkersTest, AWrongDocumentIsRefusedToTheHost) {
  auto entry = host("host", R"js(
export default { async run(input, env) {
  const child = env.LOADER.load({ mainModule: "b.js", modules: { "a.js": "1" } });
  try { return await child.getEntrypoint().run(); } catch (error) { return [error.code, error.message]; }
} };
)js");
  Answer answer = call(*entry.worker);
  EXPECT_NE(answer.text().find("E_USAGE"), std::string::npos) << answer.text();
  EXPECT_NE(answer.text().find("b.js"), std::string::npos) << answer.text();
  EXPECT_EQ(table().size(), 1U);
}

TEST_F(HostWorkersTest, ChildrenMayLoadChildren) {
  // A document inside of a document is data, so the grandchild's source travels as the child's env.
  std::string json =
      R"({"mainModule": "h.js", "modules": {"h.js": "export default { async run(input, env) { const child = )"
      R"(env.LOADER.load({ mainModule: 'c.js', modules: { 'c.js': env.CHILD }, env: { SOURCE: env.GRANDCHILD },)"
      R"( loaders: ['LOADER'] }); return child.getEntrypoint().run(1); } };"}, "loaders": ["LOADER"], "env": )"
      R"({"CHILD": "export default { async run(n, env) { const child = env.LOADER.load({ mainModule: 'g.js', )"
      R"(modules: { 'g.js': env.SOURCE } }); return [n, await child.getEntrypoint().run(n + 1)]; } };", )"
      R"("GRANDCHILD": "export default (n) => n * 10;"}})";
  auto entry = getDocument("host", json);
  Answer answer = call(*entry.worker);
  EXPECT_EQ(answer.text(), "[1,20]");
  ASSERT_TRUE(table().evict("host").ok());
  EXPECT_EQ(table().size(), 0U) << "all of them end";
}

}  // namespace
}  // namespace mayfly::workers
