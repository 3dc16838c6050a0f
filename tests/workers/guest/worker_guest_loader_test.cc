// SPDX-License-Identifier: Apache-2.0
// Workers that load workers: env.LOADER. The daemon's part, a guest for each Open and the relay between the two
// streams, is played here.

#include "worker_guest.h"

namespace mayfly::workers {
namespace {

class WorkerLoaders : public WorkerGuestTest {
 protected:
  // The child's source stands in for the document, which is the daemon's to read.
  void loadChildren(WorkerGuest& parent, const std::string& source, std::vector<std::string> bindings,
                    bool outbound = false) {
    parent.onStreamFrame = [this, &parent, source, bindings, outbound](const wire::Frame& frame) {
      uint64_t stream = frame.header.stream;
      if (stream % 2 == 0) return;
      std::string payload(frame.payload);
      auto type = static_cast<wire::FrameType>(frame.header.type);
      if (type == wire::FrameType::kOpen) {
        opens.push_back(wire::decodeOpen(payload).value());
        if (opens.back().documentJson.empty())
          return parent.send(wire::FrameType::kReset, "E_NOT_FOUND none is warm", stream);
        sandbox().loop().later(
            [this, &parent, stream, source, bindings, outbound] { start(parent, stream, source, bindings, outbound); });
      } else if (children.contains(stream)) {
        children[stream]->send(type, payload, wire::kFirstSession);
      }
    };
  }

  void start(WorkerGuest& parent, uint64_t stream, const std::string& source, const std::vector<std::string>& bindings,
             bool outbound) {
    wire::Job job = serveJob(source);
    job.session = true;
    job.bindings = bindings;
    job.outbound = outbound;
    WorkerGuest& child = load(job, false);
    children[stream] = &child;
    child.onStreamFrame = [&parent, stream](const wire::Frame& frame) {
      if (frame.header.stream != wire::kFirstSession) return;
      parent.send(static_cast<wire::FrameType>(frame.header.type), frame.payload, stream);
    };
    sandbox().loop().later([this, &parent, &child, stream] { announce(parent, child, stream); });
  }

  void announce(WorkerGuest& parent, WorkerGuest& child, uint64_t stream) {
    if (child.loaded) return parent.send(wire::FrameType::kOpened, R"({"id":"child","hash":"h"})", stream);
    if (child.failure) return parent.send(wire::FrameType::kReset, "E_EXCEPTION " + child.failure->message, stream);
    sandbox().loop().at(monotonicNow() + std::chrono::milliseconds(1),
                        [this, &parent, &child, stream] { announce(parent, child, stream); });
  }

  wire::Job host(const std::string& source) {
    wire::Job job = serveJob(source);
    job.loaders = {"LOADER"};
    return job;
  }

  std::vector<wire::Open> opens;
  std::map<uint64_t, WorkerGuest*> children;
};

constexpr char kChild[] = R"js(
import { env, WorkerEntrypoint } from "cloudflare:workers";
const greeting = await env.GREET("top");
export default class extends WorkerEntrypoint {
  async run(n) { return [greeting, await env.GREET(n), this.ctx.props]; }
  async get() { return (await fetch("http://example.org/x")).text(); }
}
)js";

TEST_F(WorkerLoaders, LoadsAChildWithLiveBindings) {
  WorkerGuest& parent = load(host(R"js(
import { WorkerEntrypoint } from "cloudflare:workers";
export class Egress extends WorkerEntrypoint {
  async fetch(request) { return new Response(`${this.ctx.props.tenant} asked for ${request.url}`); }
}
export default { async run(input, env, ctx) {
  const child = env.LOADER.load({ mainModule: "child.js", modules: { "child.js": "its code" },
    env: { GREET: (who) => `hello ${who}`, KEY: "k" }, globalOutbound: ctx.exports.Egress({ props: { tenant: 5 } }) });
  const api = child.getEntrypoint(undefined, { props: { p: 1 } });
  return [await api.run(7), await api.get()];
} };
)js"));
  loadChildren(parent, kChild, {"GREET"}, true);
  StreamRecord& answer = parent.call("");
  EXPECT_EQ(answer.result, R"([["hello top","hello 7",{"p":1}],"5 asked for http://example.org/x"])")
      << answer.problem();
  ASSERT_EQ(opens.size(), 1U);
  EXPECT_EQ(opens[0].binding, "LOADER");
  EXPECT_EQ(
      opens[0].documentJson,
      R"({"mainModule":"child.js","modules":{"child.js":"its code"},"env":{"KEY":"k"},"bindings":["GREET"],"outbound":true})");
}

TEST_F(WorkerLoaders, AsksForTheCodeOnlyWhenNoneIsWarm) {
  WorkerGuest& parent = load(host(R"js(
let asked = 0;
export default { async run(input, env) {
  const child = env.LOADER.get("id", async () => { asked++; return { mainModule: "a.js", modules: { "a.js": "code" } }; });
  const api = child.getEntrypoint();
  return [await api.run(1), await api.run(2), asked];
} };
)js"));
  loadChildren(parent, "export default (n) => n + 1", {});
  EXPECT_EQ(parent.call("").result, "[2,3,1]");
  EXPECT_EQ(parent.call("").result, "[2,3,1]");
  ASSERT_EQ(opens.size(), 2U);
  EXPECT_EQ(opens[0].documentJson, "");
  EXPECT_EQ(opens[0].id, "id");
  EXPECT_EQ(opens[1].documentJson, R"({"mainModule":"a.js","modules":{"a.js":"code"}})");
}

TEST_F(WorkerLoaders, AChildThatCannotStartSaysSoAtFirstUse) {
  WorkerGuest& parent = load(host(R"js(
export default { async run(input, env) {
  const child = env.LOADER.load({ mainModule: "a.js", modules: { "a.js": "code" } });
  const api = child.getEntrypoint();
  try { await api.run(); return "no error"; } catch (error) { return [error.code, error.message]; }
} };
)js"));
  loadChildren(parent, "throw new Error('at the top'); export default 1", {});
  EXPECT_EQ(parent.call("").result, R"(["E_EXCEPTION","at the top"])");
}

TEST_F(WorkerLoaders, WhenAChildDiesItsCallsReject) {
  WorkerGuest& parent = load(host(R"js(
export default { async run(input, env) {
  const child = env.LOADER.load({ mainModule: "a.js", modules: { "a.js": "code" } });
  try { await child.getEntrypoint().run(); return "no error"; } catch (error) { return [error.code, error.message]; }
} };
)js"));
  loadChildren(parent, "export default () => new Promise(() => {})", {});
  uint64_t call = parent.begin(callOf({}));
  ASSERT_TRUE(parent.until([&] { return !children.empty() && children.begin()->second->loaded; }));
  WorkerGuest& child = *children.begin()->second;
  child.guest().kill();
  ASSERT_TRUE(child.until([&] { return child.exit.has_value(); }));
  parent.send(wire::FrameType::kReset, "E_MEM the worker used more memory than it may", children.begin()->first);
  ASSERT_TRUE(parent.until([&] { return parent.stream(call).answered(); }));
  EXPECT_EQ(parent.stream(call).result, R"(["E_MEM","the worker used more memory than it may"])");
}

}  // namespace
}  // namespace mayfly::workers
