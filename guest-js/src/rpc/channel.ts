// SPDX-License-Identifier: Apache-2.0
// What carries a session: messages on a stream of this worker.
import { free, listen, native } from "group:serve";
import { CreditTransport, MayflyError } from "rpc:index";

const normalClosure = 1000;

export function closeStream(stream: number): void {
  native.close(stream, normalClosure, "");
  free(stream);
}

const ended = (message: string) => new MayflyError({ code: "E_CANCELLED", message });

/** The transport of a session that is open already. `onEnd` hears when the other side has gone. */
export function transportOver(stream: number, onEnd: () => void = () => {}): any {
  const channel = {
    send: (text: string) => native.text(stream, text),
    credit: (bytes: number) => native.grant(stream, bytes),
    close: () => closeStream(stream),
  };
  const transport = new CreditTransport(() => channel);
  const end = (message: string) => {
    transport.end(ended(message));
    onEnd();
  };
  listen(stream, {
    text: (message) => transport.onMessage(message),
    credit: (bytes) => transport.onCredit(bytes),
    close: (_code, reason) => {
      closeStream(stream);
      end(reason || "the other side has ended the session");
    },
    reset: (reason) => end(reason || "the other side has gone"),
  });
  return transport;
}
