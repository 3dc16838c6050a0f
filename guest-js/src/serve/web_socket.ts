// SPDX-License-Identifier: Apache-2.0
// A client's WebSocket: what a socket of a pair is connected to when it was returned with a response.
import { Grants, free, listen, native } from "./streams.ts";

/** From now on the stream speaks for the socket. */
export function connect(stream: number, socket: object): void {
  const end = require("group:sockets").endOf(socket);
  if (end.isTaken) {
    native.reset(stream, "the webSocket of the response was accepted by the program, or answered with before");
    throw new TypeError("the webSocket of a response must be one that nobody has accepted: return the other one of the pair");
  }
  const grants = new Grants(stream);
  const waiting: any[] = [];
  let theyClosed = false;
  let weClosed = false;

  const freeWhenClosed = () => {
    if (theyClosed && weClosed) free(stream);
  };
  const say = (message: any) => {
    if (message.kind === "text") native.text(stream, message.data);
    else if (message.kind === "binary") native.binary(stream, new Uint8Array(message.data));
    else if (!weClosed) {
      weClosed = true;
      native.close(stream, message.code, message.reason);
      freeWhenClosed();
    }
  };
  const flush = () => {
    while (waiting.length > 0 && native.credit(stream) > 0) say(waiting.shift());
  };

  listen(stream, {
    text(data) {
      end.send({ kind: "text", data });
      grants.took(require("native:utf8").encode(data).length);
    },
    binary(data) {
      end.send({ kind: "binary", data });
      grants.took(data.byteLength);
    },
    credit: flush,
    close(code, reason) {
      theyClosed = true;
      end.close(code, reason);
      freeWhenClosed();
    },
    reset: () => end.lose(),
  });
  end.accept((message: any) => {
    waiting.push(message);
    flush();
  }, true);
}
