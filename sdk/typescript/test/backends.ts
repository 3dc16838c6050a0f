// SPDX-License-Identifier: Apache-2.0
// What a test of the loader runs against: the relay of this folder always, and the daemon when MAYFLY_BIN names it.
import assert from "node:assert/strict";

import { Mayfly } from "../src/index.ts";
import { Relay } from "./relay/relay.ts";

export interface Backend extends AsyncDisposable {
  mayfly: Mayfly;
}

export const backends: Record<string, () => Promise<Backend>> = {
  relay: async () => {
    const relay = await Relay.start();
    const mayfly = new Mayfly({ url: relay.url });
    return {
      mayfly,
      async [Symbol.asyncDispose]() {
        mayfly.close();
        assert.deepEqual(relay.violations, []);
        await relay[Symbol.asyncDispose]();
      },
    };
  },
  ...(process.env["MAYFLY_BIN"] === undefined
    ? {}
    : {
        daemon: async () => {
          const mayfly = await Mayfly.local();
          return { mayfly, [Symbol.asyncDispose]: () => mayfly[Symbol.asyncDispose]() };
        },
      }),
};

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`waited in vain until ${what}`);
}
