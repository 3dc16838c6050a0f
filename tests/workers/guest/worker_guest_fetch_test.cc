// SPDX-License-Identifier: Apache-2.0
// HTTP exchanges with a worker.

#include "worker_guest.h"

#include "base/clock.h"

namespace mayfly::workers {
namespace {

using WorkerFetch = WorkerGuestTest;

wire::FetchRequest post(const std::string& url) { return requestOf("POST", url, true); }

TEST_F(WorkerFetch, ARequestGetsItsResponse) {
  WorkerGuest& worker = load(R"js(
export default { async fetch(request, env, ctx) {
  const headers = new Headers({ "x-seen": request.headers.get("x-a") ?? "none" });
  headers.append("set-cookie", "a=1"); headers.append("set-cookie", "b=2");
  return new Response(`${request.method} ${request.url} ${JSON.stringify(ctx.props)}`, { status: 201, statusText: "Made", headers });
} };
)js");
  wire::FetchRequest request = requestOf("GET", "http://example.org/a?b=c");
  request.headers = {{"x-a", "caf\xe9"}};
  request.propsJson = R"({"p":1})";
  StreamRecord& answer = worker.stream(worker.begin(request));
  ASSERT_TRUE(worker.until([&] { return answer.ended; })) << answer.problem();
  EXPECT_EQ(answer.head->status, 201);
  EXPECT_EQ(answer.head->statusText, "Made");
  EXPECT_EQ(answer.header("x-seen"), "caf\xe9");
  EXPECT_EQ(answer.body, "GET http://example.org/a?b=c {\"p\":1}");
  size_t cookies = 0;
  for (const wire::Header& each : answer.head->headers) cookies += each.name == "set-cookie" ? 1 : 0;
  EXPECT_EQ(cookies, 2U);
}

TEST_F(WorkerFetch, HeadAndEmptyStatusesHaveNoBody) {
  WorkerGuest& worker = load(R"js(
export default { fetch(request) {
  const { pathname } = new URL(request.url);
  return pathname === "/empty" ? new Response(null, { status: 204 }) : new Response("text");
} };
)js");
  EXPECT_FALSE(worker.fetch("http://a/", "HEAD").head->hasBody);
  EXPECT_EQ(worker.fetch("http://a/empty").head->status, 204);
  EXPECT_FALSE(worker.fetch("http://a/empty").head->hasBody);
  EXPECT_EQ(worker.fetch("http://a/").body, "text");
}

TEST_F(WorkerFetch, HandlersThatFailSaySo) {
  WorkerGuest& worker = load(R"js(
export default { async fetch(request) {
  const { pathname } = new URL(request.url);
  if (pathname === "/throw") throw new Error("oh");
  if (pathname === "/used") { const r = new Response("x"); await r.text(); return r; }
  if (pathname === "/error") return Response.error();
  if (pathname === "/broken") return new Response(new ReadableStream({ pull() { throw new Error("half way"); } }));
  if (pathname === "/strings") return new Response(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } }));
  return "no response";
} };
export const other = () => 1;
)js");
  EXPECT_EQ(worker.fetch("http://a/throw").problem(), "E_EXCEPTION Error: oh");
  EXPECT_EQ(worker.fetch("http://a/").problem(),
            "E_EXCEPTION TypeError: the fetch handler did not return a Response; write `return new Response(text)` or "
            "`Response.json(value)`");
  EXPECT_NE(worker.fetch("http://a/used").problem().find("has already been read"), std::string::npos);
  EXPECT_NE(worker.fetch("http://a/error").problem().find("cannot be sent"), std::string::npos);
  EXPECT_EQ(worker.fetch("http://a/broken").problem(), "reset: the response's body failed: half way");
  EXPECT_NE(worker.fetch("http://a/strings").problem().find("not a Uint8Array"), std::string::npos);
  EXPECT_EQ(worker.fetch("nonsense").failure->code, ErrorCode::kException);
  wire::FetchRequest request = requestOf("GET", "http://a/");
  request.entrypoint = "other";
  StreamRecord& answer = worker.stream(worker.begin(request));
  ASSERT_TRUE(worker.until([&] { return answer.answered(); }));
  EXPECT_EQ(answer.problem(), "E_ENTRYPOINT: the program is a function and has no method fetch");
}

TEST_F(WorkerFetch, TheResponseWaitsForCredit) {
  WorkerGuest& worker = load(R"js(
let pulled = 0;
export default { fetch(request) {
  if (new URL(request.url).pathname === "/pulled") return new Response(String(pulled));
  let left = 64;
  return new Response(new ReadableStream({ pull(c) {
    if (left-- === 0) return c.close();
    pulled++;
    c.enqueue(new Uint8Array(16384).fill(65));
  } }));
} };
)js");
  uint64_t id = worker.begin(requestOf("GET", "http://a/"));
  StreamRecord& answer = worker.stream(id);
  ASSERT_TRUE(worker.until([&] { return answer.body.size() >= wire::kInitialCredit; }));
  // It has answered another request after that, and sent no more of this one.
  int pulled = std::stoi(worker.fetch("http://a/pulled").body);
  EXPECT_LE(pulled, 20);
  EXPECT_EQ(answer.body.size(), wire::kInitialCredit);
  EXPECT_FALSE(answer.ended);
  worker.send(wire::FrameType::kCredit, wire::encodeCredit(2U << 20U), id);
  ASSERT_TRUE(worker.until([&] { return answer.ended; }));
  EXPECT_EQ(answer.body.size(), 64U * 16384);
}

TEST_F(WorkerFetch, TheRequestsBodyIsReadAsItComes) {
  WorkerGuest& worker = load(R"js(
export default { async fetch(request) {
  let size = 0;
  for await (const chunk of request.body) size += chunk.length;
  return new Response(String(size));
} };
)js");
  uint64_t id = worker.begin(post("http://a/"));
  StreamRecord& answer = worker.stream(id);
  std::string chunk(wire::kMaxChunk, 'x');
  int64_t credit = wire::kInitialCredit;
  uint64_t sent = 0;
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(worker.until([&] { return credit + static_cast<int64_t>(answer.granted) > 0; })) << i;
    worker.send(wire::FrameType::kChunk, chunk, id);
    credit -= static_cast<int64_t>(chunk.size());
    sent += chunk.size();
  }
  worker.send(wire::FrameType::kEnd, {}, id);
  ASSERT_TRUE(worker.until([&] { return answer.ended; })) << answer.problem();
  EXPECT_EQ(answer.body, std::to_string(sent));
}

TEST_F(WorkerFetch, ABodyThatNobodyReadsGetsNoMoreCreditThanItHad) {
  WorkerGuest& worker = load(R"js(
let release;
export default { async fetch(request) {
  if (new URL(request.url).pathname === "/free") { release(); return new Response("freed"); }
  await new Promise((resolve) => { release = resolve; });
  return new Response("done");
} };
)js");
  uint64_t id = worker.begin(post("http://a/"));
  StreamRecord& answer = worker.stream(id);
  std::string chunk(wire::kMaxChunk, 'x');
  for (int i = 0; i < 4; ++i) worker.send(wire::FrameType::kChunk, chunk, id);
  EXPECT_EQ(worker.fetch("http://a/free").body, "freed");
  ASSERT_TRUE(worker.until([&] { return answer.ended; }));
  // The answer is out; what is left of the request is let through to its end.
  ASSERT_TRUE(worker.until([&] { return answer.granted > 0; }));
  worker.send(wire::FrameType::kChunk, chunk, id);
  worker.send(wire::FrameType::kEnd, {}, id);
  EXPECT_EQ(worker.fetch("http://a/free").body, "freed");
  EXPECT_FALSE(answer.reset);
}

TEST_F(WorkerFetch, BytesAreEchoedWhileTheyCome) {
  WorkerGuest& worker = load("export default { fetch: (request) => new Response(request.body) };");
  uint64_t id = worker.begin(post("http://a/"));
  StreamRecord& answer = worker.stream(id);
  std::string expected;
  for (int i = 0; i < 20; ++i) {
    std::string piece = "piece " + std::to_string(i) + "\n";
    worker.send(wire::FrameType::kChunk, piece, id);
    expected += piece;
    ASSERT_TRUE(worker.until([&] { return answer.body == expected; })) << answer.body;
  }
  worker.send(wire::FrameType::kEnd, {}, id);
  ASSERT_TRUE(worker.until([&] { return answer.ended; }));
}

TEST_F(WorkerFetch, AResetAbortsTheRequest) {
  WorkerGuest& worker = load(R"js(
let seen = "nothing";
export default { async fetch(request) {
  if (new URL(request.url).pathname === "/seen") return new Response(seen);
  request.signal.addEventListener("abort", () => { seen = request.signal.reason.name; });
  try { await request.text(); } catch (error) { seen += " " + error.name; }
  return new Response("x");
} };
)js");
  uint64_t id = worker.begin(post("http://a/"));
  worker.send(wire::FrameType::kChunk, "half", id);
  worker.send(wire::FrameType::kReset, "gone", id);
  EXPECT_EQ(worker.fetch("http://a/seen").body, "AbortError AbortError");
  EXPECT_FALSE(worker.stream(id).head);
}

TEST_F(WorkerFetch, CallOfAFetchHandlerGivesItsResponseAsData) {
  WorkerGuest& worker = load("export default { async fetch(request) { return new Response(request.url); } };");
  EXPECT_EQ(worker.call(R"("http://a/b")").result,
            R"({"status":200,"headers":{"content-type":"text/plain;charset=UTF-8"},"body":"http://a/b"})");
}

}  // namespace
}  // namespace mayfly::workers
