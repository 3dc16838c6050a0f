#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon over real sockets: run_api_tests.py MAYFLY [unittest arguments]"""

import json
import os
import signal
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from daemon import LIMIT, Daemon, eventually  # noqa: E402

MAYFLY = ""
WAIT = "await new Promise((done) => setTimeout(done, 20000)); 1"
ECHO_WORKER = """
import { WorkerEntrypoint } from "cloudflare:workers";
export class Sum extends WorkerEntrypoint { add(a, b) { return a + b + (this.ctx.props?.more ?? 0); } }
export default {
  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname === "/throw") throw new TypeError("no");
    if (request.body === null) return new Response(request.method + " " + url.pathname + url.search);
    return new Response(request.body, { status: 201, headers: { "x-type": request.headers.get("content-type") } });
  },
};
"""


class ApiTest(unittest.TestCase):
    config = ""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(MAYFLY, cls.config)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()

    def assertRefused(self, reply, status, code):
        self.assertEqual((reply.status, reply.code), (status, code), reply.body)
        self.assertTrue(reply.json["error"]["message"])


class Runs(ApiTest):
    def test_a_program_runs(self):
        reply = self.daemon.run({"code": "console.log('hi'); 1 + 1"})
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(reply.json["result"], 2)
        self.assertEqual(reply.json["logs"][0]["args"], ["hi"])
        self.assertEqual(reply.json["id"], reply.headers["mayfly-run-id"])

    def test_over_a_unix_socket(self):
        with self.daemon.connect_unix() as client:
            client.request("POST", "/v1/run", {"code": "2"}, Host="whatever")
            self.assertEqual(client.reply().json["result"], 2)

    def test_typescript_with_modules_input_and_env(self):
        document = {"mainModule": "a.ts", "modules": {"a.ts": "import { f } from './b.ts'; export default "
                    "(n: number, env: { K: number }) => f(n) + env.K", "b.ts": "export const f = (n: number) => n * 2"},
                    "input": 4, "env": {"K": 1}}
        self.assertEqual(self.daemon.run(document).json.get("result"), 9)

    def test_a_program_that_throws_is_data(self):
        reply = self.daemon.run({"code": "throw new TypeError('x')"})
        self.assertEqual((reply.status, reply.json["status"]), (200, "error"))
        self.assertEqual(reply.json["error"]["code"], "E_EXCEPTION")

    def test_limits_hold_and_ceilings_win(self):
        reply = self.daemon.run({"code": "for (;;);", "limits": {"cpuMs": 20}})
        self.assertEqual(reply.json["error"]["code"], "E_CPU")
        reply = self.daemon.run({"code": "1", "limits": {"cpuMs": 86400000}})
        self.assertEqual(reply.json["usage"]["limits"]["cpuMs"], 60000)

    def test_a_schema_is_enforced_with_its_path(self):
        schema = {"type": "object", "properties": {"rows": {"type": "array", "items": {"type": "integer"}}}}
        fine = self.daemon.run({"code": "({rows: [1, 2]})", "outputSchema": schema})
        self.assertEqual(fine.json.get("result"), {"rows": [1, 2]}, fine.body)
        bad = self.daemon.run({"code": "({rows: [1, 'x']})", "outputSchema": schema})
        self.assertEqual(bad.json["error"]["code"], "E_SCHEMA", bad.body)
        self.assertEqual(bad.json["error"]["properties"]["path"], "/rows/1")
        self.assertNotIn("result", bad.json)
        for schema in ({"type": "nonsense"}, {"$ref": "http://example.org/x"}, {"$schema": "http://json-schema.org/draft-07/schema#"}):
            self.assertRefused(self.daemon.run({"code": "1", "outputSchema": schema}), 400, "E_USAGE")

    def test_traceparent_is_taken_over(self):
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        reply = self.daemon.run({"code": "1"}, traceparent=trace)
        self.assertEqual(reply.headers["traceparent"], trace)
        records = self.daemon.ask("GET", "/v1/audit?what=run&limit=10000").json["records"]
        self.assertEqual([r["trace"] for r in records if r["subject"] == reply.json["id"]], [trace])

    def test_usage_is_stored_when_the_answer_is_here(self):
        before = self.daemon.ask("GET", "/v1/usage").json["rows"]
        self.daemon.run({"code": "1"})
        after = self.daemon.ask("GET", "/v1/usage").json["rows"]
        self.assertEqual(sum(r["runs"] for r in after), sum(r["runs"] for r in before) + 1)
        self.assertRefused(self.daemon.ask("GET", "/v1/usage?by=week"), 400, "E_USAGE")
        self.assertRefused(self.daemon.ask("GET", "/v1/usage?from=yesterday"), 400, "E_USAGE")

    def test_a_client_that_goes_cancels_its_run(self):
        for leave in ("close", "half"):
            with self.subTest(leave), self.daemon.connect() as client:
                client.request("POST", "/v1/run", {"code": WAIT})
                eventually(lambda: self.daemon.metric("mayfly_runs") == 1, "the run is under way")
                if leave == "half":
                    client.sock.shutdown(1)
                    self.assertRefused(client.reply(), 499, "E_CANCELLED")
                else:
                    client.sock.close()
                eventually(lambda: self.daemon.metric("mayfly_runs") == 0, "the run has been cancelled")

    def test_64_clients_at_once(self):
        answers = []

        def one(number):
            with self.daemon.connect() as client:
                for turn in range(3):
                    client.request("POST", "/v1/run", {"code": f"{number} * 1000 + {turn}"})
                    answers.append((client.reply().json.get("result"), number * 1000 + turn))

        threads = [threading.Thread(target=one, args=(number,)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 192)
        self.assertTrue(all(got == wanted for got, wanted in answers))


class Streams(ApiTest):
    PROGRAM = "for (let i = 0; i < 3; i++) { console.log(i); await new Promise((d) => setTimeout(d, 20)); } 'end'"

    def stream(self, client, document):
        client.request("POST", "/v1/run", document, Accept="text/event-stream")
        status, headers = client.head()
        self.assertEqual((status, headers["content-type"]), (200, "text/event-stream"))
        return headers["mayfly-run-id"]

    def test_logs_and_then_the_outcome(self):
        with self.daemon.connect() as client:
            run = self.stream(client, {"code": self.PROGRAM})
            events = []
            while event := client.event():
                events.append(event)
            self.assertEqual([e["event"] for e in events], ["log", "log", "log", "outcome"])
            self.assertEqual([e["id"] for e in events], [1, 2, 3, 4])
            self.assertEqual(events[3]["data"]["result"], "end")
            self.assertEqual(events[3]["data"]["id"], run)
            self.assertNotIn("logs", events[3]["data"])

    def test_a_lost_stream_is_taken_up_again(self):
        with self.daemon.connect() as client:
            run = self.stream(client, {"code": self.PROGRAM})
            first = client.event()
        with self.daemon.connect() as client:
            client.request("GET", f"/v1/runs/{run}/events", Last_Event_ID=str(first["id"]))
            self.assertEqual(client.head()[0], 200)
            ids = []
            while event := client.event():
                ids.append(event["id"])
            self.assertEqual(ids, [2, 3, 4])

    def test_a_run_can_be_cancelled(self):
        with self.daemon.connect() as client:
            run = self.stream(client, {"code": WAIT})
            self.assertEqual(self.daemon.ask("DELETE", f"/v1/runs/{run}").status, 204)
            self.assertEqual(client.event()["data"]["error"]["code"], "E_CANCELLED")
            self.assertIsNone(client.event())
        self.assertRefused(self.daemon.ask("DELETE", f"/v1/runs/{run}"), 404, "E_NOT_FOUND")

    def test_unknown_runs_and_ids(self):
        self.assertRefused(self.daemon.ask("GET", "/v1/runs/run_0/events"), 404, "E_NOT_FOUND")
        self.assertRefused(self.daemon.ask("GET", "/v1/runs/run_0/events", Last_Event_ID="x"), 400, "E_USAGE")


class Idempotency(ApiTest):
    DOCUMENT = {"code": "Math.random()"}

    def test_the_second_request_gets_the_first_answer(self):
        first = self.daemon.run(self.DOCUMENT, Idempotency_Key="a")
        second = self.daemon.run(self.DOCUMENT, Idempotency_Key="a")
        self.assertEqual(first.body, second.body)
        self.assertEqual(second.headers["idempotency-replayed"], "true")
        self.assertNotEqual(self.daemon.run(self.DOCUMENT, Idempotency_Key="b").body, first.body)

    def test_another_body_is_refused(self):
        self.daemon.run(self.DOCUMENT, Idempotency_Key="c")
        self.assertRefused(self.daemon.run({"code": "1"}, Idempotency_Key="c"), 409, "E_CONFLICT")

    def test_the_second_waits_for_the_first(self):
        document = {"code": "await new Promise((d) => setTimeout(d, 200)); Math.random()"}
        with self.daemon.connect() as one, self.daemon.connect() as two:
            one.request("POST", "/v1/run", document, Idempotency_Key="d")
            two.request("POST", "/v1/run", document, Idempotency_Key="d")
            self.assertEqual(one.reply().body, two.reply().body)

    def test_odd_keys(self):
        for key in ("", "a" * 201, "a b"):
            self.assertRefused(self.daemon.run(self.DOCUMENT, Idempotency_Key=key), 400, "E_USAGE")


class BadInput(ApiTest):
    config = 'maxBodyBytes = "1MB"\n'

    def test_documents(self):
        for body in ("", "{", "[]", "1", '{"code": 1}', '{"code": "1", "limits": {"cpuMs": "x"}}', '{"code": "1", "env": []}',
                     '{"code": "1", "code": "2"}', '{"code": "1", "outputSchema": 1}', '{"code": "1", "globalOutbound": {}}',
                     '{"mainModule": "../a.js", "modules": {"../a.js": ""}}', '{"code": "\ud800"}'.encode("utf8", "surrogatepass"),
                     b'{"code": "\xff"}'):
            with self.subTest(body):
                self.assertRefused(self.daemon.run(body), 400, "E_USAGE")

    def test_unknown_members_name_the_nearest(self):
        reply = self.daemon.run({"code": "1", "entryPoint": "x"})
        self.assertRefused(reply, 400, "E_USAGE")
        self.assertIn("entrypoint", reply.json["error"]["message"])

    def test_depth(self):
        self.assertRefused(self.daemon.run('{"code": "1", "input": ' + "[" * 600 + "]" * 600 + "}"), 413, "E_LIMIT")

    def test_size(self):
        body = json.dumps({"code": "1", "input": "x" * (1 << 20)})
        self.assertRefused(self.daemon.run(body), 413, "E_TOO_LARGE")
        with self.daemon.connect() as client:
            client.send("POST /v1/run HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            piece = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
            try:
                for _ in range(40):
                    client.send(piece)
            except OSError:
                pass  # it stopped reading
            self.assertRefused(client.reply(), 413, "E_TOO_LARGE")

    def test_types_methods_and_paths(self):
        self.assertRefused(self.daemon.run("<x/>", Content_Type="text/xml"), 415, "E_MEDIA_TYPE")
        reply = self.daemon.ask("GET", "/v1/run")
        self.assertRefused(reply, 405, "E_METHOD")
        self.assertEqual(reply.headers["allow"], "POST, OPTIONS")
        self.assertRefused(self.daemon.ask("GET", "/v1/nothing"), 404, "E_NOT_FOUND")
        self.assertRefused(self.daemon.ask("GET", "/v1/workers/%2e%2e"), 400, "E_USAGE")
        self.assertRefused(self.daemon.ask("GET", "*"), 400, "E_USAGE")

    def test_head_and_options(self):
        with self.daemon.connect() as client:
            client.request("HEAD", "/healthz")
            reply = client.reply("HEAD")
            self.assertEqual(reply.status, 200)
            self.assertGreater(int(reply.headers["content-length"]), 0)
            client.request("OPTIONS", "/v1/run")
            reply = client.reply()
            self.assertEqual((reply.status, reply.headers["allow"]), (204, "POST, OPTIONS"))
            self.assertFalse([name for name in reply.headers if name.startswith("access-control")])

    def test_pages_of_the_web_are_refused(self):
        for origin in ("http://evil.example", "null", "http://localhost:1"):
            self.assertRefused(self.daemon.run({"code": "1"}, Origin=origin), 403, "E_FORBIDDEN")
            self.assertRefused(self.daemon.ask("OPTIONS", "/v1/run", Origin=origin), 403, "E_FORBIDDEN")
        own = f"localhost:{self.daemon.port}"
        self.assertEqual(self.daemon.run({"code": "1"}, Origin=f"http://{own}", Host=own).status, 200)
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7070"):
            self.assertRefused(self.daemon.run({"code": "1"}, Host=host), 403, "E_FORBIDDEN")

    def test_smuggling(self):
        inner = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        post = "POST /v1/run HTTP/1.1\r\nHost: localhost\r\n"
        for name, text in {
                "both lengths": post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
                "two lengths": post + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + inner,
                "list of lengths": post + "Content-Length: 0, 40\r\n\r\n" + inner,
                "folded": post + "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n" + inner,
                "blank before colon": post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner,
                "another coding": post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
                "bare line feed": post + "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
                "bad chunk": post + "Transfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n" + inner,
                "chunk too long": post + "Transfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n" + inner,
                "old with coding": post.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
                "two hosts": "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n" + inner,
                "no host": "GET /healthz HTTP/1.1\r\n\r\n" + inner,
                "no HTTP": "\x16\x03\x01\x02\r\n\r\n",
        }.items():
            with self.subTest(name), self.daemon.connect() as client:
                client.send(text)
                self.assertRefused(client.reply(), 400, "E_USAGE")
                self.assertEqual(client.buffer, b"")
                self.assertTrue(client.closed())  # and nobody answered what was inside

    def test_heads_that_are_too_large(self):
        for text in ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + "a" * 40000,
                     "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + "X: a\r\n" * 150 + "\r\n"):
            with self.daemon.connect() as client:
                client.send(text)
                self.assertRefused(client.reply(), 413, "E_TOO_LARGE")
                self.assertTrue(client.closed())

    def test_pipelined_requests_are_answered_in_order(self):
        with self.daemon.connect() as client:
            for number in range(5):
                client.request("POST", "/v1/run", {"code": f"{number}"})
            self.assertEqual([client.reply().json["result"] for _ in range(5)], list(range(5)))

    def test_expect_continue(self):
        with self.daemon.connect() as client:
            body = '{"code": "1"}'
            client.send(f"POST /v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                        "Expect: 100-continue\r\n\r\n")
            self.assertEqual(client.head()[0], 100)
            client.send(body)
            self.assertEqual(client.reply().json["result"], 1)

    def test_a_body_that_ends_early(self):
        with self.daemon.connect() as client:
            client.send('POST /v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"code"')
            client.sock.shutdown(1)
            self.assertRefused(client.reply(), 400, "E_USAGE")

    def test_unknown_workers(self):
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/pin"), ("POST", "/call"), ("GET", "/fetch/")):
            self.assertRefused(self.daemon.ask(method, "/v1/workers/none" + path), 404, "E_NOT_FOUND")
        self.assertRefused(self.daemon.ask("PUT", "/v1/workers/none", {"ifWarm": True}), 404, "E_NOT_FOUND")


class Workers(ApiTest):
    DOCUMENT = {"mainModule": "w.js", "modules": {"w.js": ECHO_WORKER}}

    def test_load_call_and_evict(self):
        reply = self.daemon.ask("POST", "/v1/workers", self.DOCUMENT)
        self.assertEqual(reply.status, 201, reply.body)
        worker = reply.json
        self.assertEqual(worker["state"], "warm")
        self.assertEqual({e["name"]: e["methods"] for e in worker["entrypoints"]}["Sum"], ["add"])
        path = "/v1/workers/" + worker["id"]
        call = {"entrypoint": "Sum", "method": "add", "arguments": [1, 2], "props": {"more": 4}}
        self.assertEqual(self.daemon.ask("POST", path + "/call", call).json.get("result"), 7)
        wrong = self.daemon.ask("POST", path + "/call", {**call, "outputSchema": {"type": "string"}})
        self.assertEqual(wrong.json["error"]["code"], "E_SCHEMA")
        self.assertIn(worker["id"], [w["id"] for w in self.daemon.ask("GET", "/v1/workers").json["workers"]])
        self.assertEqual(self.daemon.ask("POST", path + "/pin").status, 204)
        self.assertTrue(self.daemon.ask("GET", path).json["pinned"])
        self.assertEqual(self.daemon.ask("DELETE", path).status, 204)
        self.assertEqual(self.daemon.ask("GET", path).status, 404)

    def test_get_is_by_id_and_content(self):
        self.assertEqual(self.daemon.ask("PUT", "/v1/workers/g", self.DOCUMENT).status, 201)
        self.assertEqual(self.daemon.ask("PUT", "/v1/workers/g", self.DOCUMENT).status, 200)
        other = {"code": "export default { run: () => 5 }"}
        self.assertEqual(self.daemon.ask("PUT", "/v1/workers/g", other).status, 201)
        self.assertEqual(self.daemon.ask("POST", "/v1/workers/g/call", {"method": "run"}).json.get("result"), 5)
        self.assertEqual(self.daemon.ask("PUT", "/v1/workers/g", {"ifWarm": True}).status, 200)

    def test_fetch(self):
        self.daemon.ask("PUT", "/v1/workers/f", self.DOCUMENT)
        reply = self.daemon.ask("GET", "/v1/workers/f/fetch/a/b?c=d")
        self.assertEqual((reply.status, reply.body), (200, b"GET /a/b?c=d"))
        self.assertIn("sandbox", reply.headers["content-security-policy"])
        big = b"x" * (3 << 20)
        reply = self.daemon.ask("POST", "/v1/workers/f/fetch/", big, Content_Type="text/plain")
        self.assertEqual((reply.status, reply.headers["x-type"]), (201, "text/plain"))
        self.assertEqual(reply.body, big)
        failed = self.daemon.ask("GET", "/v1/workers/f/fetch/throw")
        self.assertRefused(failed, 500, "E_EXCEPTION")
        self.assertEqual(failed.headers["mayfly-error"], "E_EXCEPTION")

    def test_a_fetch_body_streams_both_ways(self):
        self.daemon.ask("PUT", "/v1/workers/s", self.DOCUMENT)
        with self.daemon.connect() as client:
            client.send("POST /v1/workers/s/fetch/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("3\r\nabc\r\n")
            self.assertEqual(client.head()[0], 201)
            self.assertEqual(client.chunk(), b"abc")
            client.send("2\r\nde\r\n")
            self.assertEqual(client.chunk(), b"de")
            client.send("0\r\n\r\n")
            self.assertEqual(client.chunk(), b"")

    def test_a_start_error_is_told(self):
        reply = self.daemon.ask("POST", "/v1/workers", {"code": "throw new Error('at start')"})
        self.assertEqual((reply.status, reply.code), (422, "E_EXCEPTION"), reply.body)
        self.assertEqual(self.daemon.ask("PUT", "/v1/workers/bad", {"code": "throw new Error('no')"}).status, 201)
        use = self.daemon.ask("POST", "/v1/workers/bad/call", {})
        self.assertEqual(use.json["error"]["code"], "E_EXCEPTION", use.body)


class Slow(unittest.TestCase):
    def test_a_head_that_does_not_come_is_too_slow(self):
        daemon = Daemon(MAYFLY, "headSeconds = 1\nbodySeconds = 1\n")
        try:
            with daemon.connect() as head, daemon.connect() as body, daemon.connect() as silent:
                head.send("GET /healthz HTTP/1.1\r\nHo")
                body.send("POST /v1/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
                for client in (head, body):
                    reply = client.reply()
                    self.assertEqual((reply.status, reply.code), (408, "E_TOO_SLOW"))
                    self.assertTrue(client.closed())
                self.assertTrue(silent.closed())
        finally:
            daemon.close()


class Lifetime(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(MAYFLY, "drainSeconds = 20\n", ["--until-stdin-closes"])
        self.addCleanup(self.daemon.close)

    def test_drain_lets_a_run_finish(self):
        with self.daemon.connect() as client, self.daemon.connect() as idle:
            idle.request("GET", "/healthz")
            idle.reply()
            client.request("POST", "/v1/run", {"code": "await new Promise((d) => setTimeout(d, 500)); 'done'"})
            eventually(lambda: self.daemon.metric("mayfly_places_taken") == 1, "the run has begun")
            self.daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(client.reply().json["result"], "done")
            self.assertTrue(client.closed())
            self.assertTrue(idle.closed())
        self.assertEqual(self.daemon.process.wait(LIMIT), 0)

    def test_a_second_signal_ends_at_once(self):
        with self.daemon.connect() as client:
            client.request("POST", "/v1/run", {"code": WAIT})
            eventually(lambda: self.daemon.metric("mayfly_places_taken") == 1, "the run has begun")
            self.daemon.process.send_signal(signal.SIGTERM)
            self.daemon.process.send_signal(signal.SIGTERM)
            self.daemon.process.send_signal(signal.SIGINT)
            self.assertEqual(self.daemon.process.wait(LIMIT), 0)

    def test_it_ends_with_its_stdin(self):
        below = self.daemon.children()
        self.assertTrue(below)
        self.daemon.process.stdin.close()
        self.assertEqual(self.daemon.process.wait(LIMIT), 0)
        eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in below), "no process is left")
        self.assertFalse(os.path.exists(self.daemon.socket_path))

    def test_nothing_leaks(self):
        self.daemon.run({"code": "const x: number = 1; x"})
        eventually(lambda: self.daemon.metric("mayfly_runs") == 0, "quiet")
        before = self.daemon.descriptors()
        processes = len(self.daemon.children())
        for _ in range(30):
            self.daemon.run({"code": "1"})
            with self.daemon.connect() as client:
                client.request("POST", "/v1/run", {"code": WAIT})
        eventually(lambda: self.daemon.metric("mayfly_runs") == 0, "all cancelled")
        eventually(lambda: self.daemon.descriptors() <= before + 2, "descriptors are given back")
        eventually(lambda: len(self.daemon.children()) <= processes + 1, "processes are gone")


class Commands(unittest.TestCase):
    def serve(self, *arguments):
        return subprocess.run([MAYFLY, "serve", *arguments], capture_output=True, text=True, timeout=LIMIT)

    def test_refusals(self):
        folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"mayfly-serve-{os.getpid()}")
        for arguments, word in ((["--listen", "nowhere"], "address"), (["--listen", "0.0.0.0:0", "--data", folder], "key"),
                                (["--config", "/nonexistent.toml"], "read"), (["--allow-weaker", "x"], "weaker")):
            with self.subTest(arguments):
                ended = self.serve(*arguments)
                self.assertEqual(ended.returncode, 2, ended.stderr)
                self.assertIn(word, ended.stderr)

    def test_curl(self):
        daemon = Daemon(MAYFLY)
        try:
            ended = subprocess.run(["curl", "-s", "-d", '{"code": "1 + 1"}', f"http://127.0.0.1:{daemon.port}/v1/run"],
                                   capture_output=True, text=True, timeout=LIMIT)
            self.assertEqual(json.loads(ended.stdout)["result"], 2)
        finally:
            daemon.close()


if __name__ == "__main__":
    MAYFLY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
