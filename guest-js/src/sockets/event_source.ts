// SPDX-License-Identifier: Apache-2.0
// EventSource (HTML standard, 9.2): its arguments are checked as there, then it is refused.
import { EventTarget } from "group:events";
import { defineInterface, dictionary, requireArguments, usvString } from "group:webidl";
import { parseUrl, refusal } from "./refusal.ts";

export class EventSource extends EventTarget {
  #instance = undefined;

  constructor(url: unknown, init: unknown = {}) {
    requireArguments(arguments.length, 1, "EventSource constructor");
    const text = usvString(url);
    dictionary(init, "EventSource: the second argument").withCredentials;
    parseUrl("EventSource", text);
    throw refusal(new.target);
    super();
  }

  get url() { return this.#instance; }
  get withCredentials() { return this.#instance; }
  get readyState() { return this.#instance; }
  close() { this.#instance; }
}
defineInterface(EventSource, { constants: { CONNECTING: 0, OPEN: 1, CLOSED: 2 } });
