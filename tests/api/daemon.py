# SPDX-License-Identifier: Apache-2.0
"""A real daemon for tests, and clients of it that send whatever bytes they like."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

LIMIT = 30  # seconds that anything may take before it counts as hanging


class Daemon:
    def __init__(self, mayfly, config="", arguments=()):
        self.mayfly = mayfly
        self.folder = tempfile.mkdtemp(prefix="mayfly-api-")
        self.socket_path = f"{self.folder}/s.sock"
        path = pathlib.Path(self.folder, "mayfly.toml")
        path.write_text(config)
        command = [mayfly, "serve", "--listen", "127.0.0.1:0", "--listen", f"unix:{self.socket_path}", "--data",
                   f"{self.folder}/data", "--config", str(path), "--json", *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(self.process.stderr.read().decode())
        self.ready = json.loads(line)
        self.port = int(re.search(r":(\d+)$", self.ready["listening"][0])[1])

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LIMIT)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT)
        return Client(client)

    def connect_unix(self):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(LIMIT)
        client.connect(self.socket_path)
        return Client(client)

    def ask(self, method, path, body=None, **headers):
        """One request on a connection of its own."""
        with self.connect() as client:
            client.request(method, path, body, **headers)
            return client.reply(method)

    def run(self, document, **headers):
        return self.ask("POST", "/v1/run", document, **headers)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def children(self):
        """Processes below the daemon, however deep."""
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat") as stat:
                        parents[int(entry)] = int(stat.read().rsplit(")", 1)[1].split()[1])
                except (OSError, IndexError):
                    pass
        found, todo = set(), [self.process.pid]
        while todo:
            parent = todo.pop()
            for pid, above in parents.items():
                if above == parent and pid not in found:
                    found.add(pid)
                    todo.append(pid)
        return found

    def metric(self, name):
        for line in self.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return 0.0


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Client:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def request(self, method, path, body=None, **headers):
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        data = body.encode() if isinstance(body, str) else body or b""
        lines = [f"{method} {path} HTTP/1.1"]
        fields = {"Host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None:
            fields.setdefault("Content-Length", str(len(data)))
            fields.setdefault("Content-Type", "application/json")
        lines += [f"{name}: {value}" for name, value in fields.items() if value is not None]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError(f"the daemon closed the connection after {self.buffer!r}")
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            self.fill()
        before, self.buffer = self.buffer.split(mark, 1)
        return before

    def head(self):
        lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers[name.lower()] = value
        return int(lines[0].split()[1]), headers

    def chunk(self):
        """The next chunk of a body, empty at its end."""
        size = int(self.until(b"\r\n"), 16)
        while len(self.buffer) < size + 2:
            self.fill()
        data, self.buffer = self.buffer[:size], self.buffer[size + 2:]
        return data

    def reply(self, method="GET"):
        status, headers = self.head()
        body = b""
        if method == "HEAD" or status in (204, 304):
            pass
        elif headers.get("transfer-encoding") == "chunked":
            while piece := self.chunk():
                body += piece
        elif "content-length" in headers:
            while len(self.buffer) < int(headers["content-length"]):
                self.fill()
            size = int(headers["content-length"])
            body, self.buffer = self.buffer[:size], self.buffer[size:]
        return Reply(status, headers, body)

    def event(self):
        """The next event of a stream, or None at its end. Comments are skipped."""
        while True:
            while b"\n\n" not in self.pending:
                piece = self.chunk()
                if not piece:
                    return None
                self.pending += piece
            text, self.pending = self.pending.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in text.decode().split("\n") if ": " in line)
            if "data" in fields:
                return {"id": int(fields["id"]), "event": fields["event"], "data": json.loads(fields["data"])}

    pending = b""

    def closed(self):
        """Whether the daemon ends the connection; what it still says is thrown away."""
        try:
            while self.sock.recv(65536):
                pass
            return True
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False


def eventually(condition, what):
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {LIMIT} s")
        time.sleep(0.01)
