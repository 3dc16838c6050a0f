// SPDX-License-Identifier: Apache-2.0
// One HTTP exchange over a Unix socket. fetch() has no way to name one.
import { Agent, type IncomingMessage, request as startRequest } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { HttpRequest } from "./http.ts";

// A connection that idles must not keep a program alive, nor be used when the daemon may just have closed it.
const agents = new Map<string, Agent>();
function agentOf(socketPath: string): Agent {
  let agent = agents.get(socketPath);
  if (agent === undefined) agents.set(socketPath, (agent = new Agent({ keepAlive: true, timeout: 2_000 })));
  return agent;
}

export function forgetSocket(socketPath: string): void {
  agents.get(socketPath)?.destroy();
  agents.delete(socketPath);
}

const bodiless = new Set([101, 204, 205, 304]);

export function exchangeOverSocket(socketPath: string, request: HttpRequest, headers: Headers): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { method, path, body } = request;
    const outgoing = startRequest({
      socketPath,
      agent: agentOf(socketPath),
      method,
      path,
      headers: { Host: "localhost", ...Object.fromEntries(headers) },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => resolve(responseOf(method, incoming)));
    if (body instanceof ReadableStream) pipeline(Readable.fromWeb(body as never), outgoing).catch(reject);
    else outgoing.end(body ?? undefined);
  });
}

function responseOf(method: string, incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i]!, incoming.rawHeaders[i + 1]!);
  const status = incoming.statusCode!;
  const empty = method === "HEAD" || bodiless.has(status);
  if (empty) incoming.resume();
  const body = empty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  return new Response(body, { status, statusText: incoming.statusMessage ?? "", headers });
}
