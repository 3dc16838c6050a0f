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

constexpr char kEcho[] = R"js(
let server, seen = [];
export default { fetch(request) {
  const { pathname } = new URL(request.url);
  if (pathname === "/seen") return Response.json(seen);
  if (pathname === "/close") { server.close(4001, "enough"); return new Response("closed"); }
  if (pathname === "/flood") { for (let i = 0; i < 20; i++) server.send("x".repeat(50000)); return new Response("sent"); }
  const pair = new WebSocketPair();
  const client = pair[0];
  server = pair[1];
  server.accept();
  server.addEventListener("message", ({ data }) => {
    if (typeof data === "string") server.send(`heard ${data}`);
    else server.send(new Uint8Array(data).map((byte) => byte + 1));
  });
  server.addEventListener("close", ({ code, reason, wasClean }) => seen.push([code, reason, wasClean]));
  return new Response(null, { status: 101, webSocket: client });
} };
)js";

uint64_t upgrade(WorkerGuest& worker) {
  wire::FetchRequest request = requestOf("GET", "http://a/");
  request.webSocket = true;
  uint64_t id = worker.begin(request);
  EXPECT_TRUE(worker.until([&] { return worker.stream(id).head.has_value(); })) << worker.stream(id).problem();
  return id;
}

TEST_F(WorkerFetch, AWebSocketEchoes) {
  WorkerGuest& worker = load(kEcho);
  uint64_t id = upgrade(worker);
  StreamRecord& socket = worker.stream(id);
  EXPECT_EQ(socket.head->status, 101);
  EXPECT_TRUE(socket.head->webSocket);
  worker.send(wire::FrameType::kText, "one", id);
  worker.send(wire::FrameType::kBinary, std::string("\x01\x02", 2), id);
  ASSERT_TRUE(worker.until([&] { return socket.texts.size() + socket.binaries.size() == 2; }));
  EXPECT_EQ(socket.texts, std::vector<std::string>{"heard one"});
  EXPECT_EQ(socket.binaries, std::vector<std::string>{"\x02\x03"});
  worker.send(wire::FrameType::kClose, wire::encodeClose({.code = 4000, .reason = "bye"}), id);
  ASSERT_TRUE(worker.until([&] { return socket.close.has_value(); }));
  EXPECT_EQ(socket.close->code, 4000);
  EXPECT_EQ(worker.fetch("http://a/seen").body, R"([[4000,"bye",true]])");
}

TEST_F(WorkerFetch, AWebSocketIsClosedByTheWorker) {
  WorkerGuest& worker = load(kEcho);
  uint64_t id = upgrade(worker);
  EXPECT_EQ(worker.fetch("http://a/close").body, "closed");
  ASSERT_TRUE(worker.until([&] { return worker.stream(id).close.has_value(); }));
  EXPECT_EQ(worker.stream(id).close->code, 4001);
  EXPECT_EQ(worker.stream(id).close->reason, "enough");
  worker.send(wire::FrameType::kClose, wire::encodeClose({.code = 4001, .reason = "enough"}), id);
  EXPECT_EQ(worker.fetch("http://a/seen").body, R"([[4001,"enough",true]])");
}

TEST_F(WorkerFetch, AWebSocketThatIsCutOffSaysSo) {
  WorkerGuest& worker = load(kEcho);
  uint64_t id = upgrade(worker);
  worker.send(wire::FrameType::kReset, "gone", id);
  EXPECT_EQ(worker.fetch("http://a/seen").body, R"([[1006,"",false]])");
}

TEST_F(WorkerFetch, AWebSocketWaitsForCredit) {
  WorkerGuest& worker = load(kEcho);
  uint64_t id = upgrade(worker);
  EXPECT_EQ(worker.fetch("http://a/flood").body, "sent");
  EXPECT_EQ(worker.stream(id).texts.size(), 6U);
  worker.send(wire::FrameType::kCredit, wire::encodeCredit(1U << 20U), id);
  EXPECT_TRUE(worker.until([&] { return worker.stream(id).texts.size() == 20; }));
}

TEST_F(WorkerFetch, AWebSocketNeedsAnUpgrade) {
  WorkerGuest& worker = load(kEcho);
  EXPECT_NE(worker.fetch("http://a/").problem().find("asked for no upgrade"), std::string::npos);
}

}  // namespace
}  // namespace mayfly::workers
