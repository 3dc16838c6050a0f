// SPDX-License-Identifier: Apache-2.0
// The map of AsyncLocalStorage objects to values that V8 carries along: through promise reactions by itself, through
// timers and tasks by src/guest.
const { getContinuationPreservedEmbedderData: get, setContinuationPreservedEmbedderData: set } = require("native:node");

class AsyncContextFrame extends Map<unknown, unknown> {
  static readonly enabled = true;
  static current = (): AsyncContextFrame | undefined => get();
  static set = (frame: AsyncContextFrame | undefined): void => set(frame);
  static exchange(frame: AsyncContextFrame | undefined): AsyncContextFrame | undefined {
    const prior = get();
    set(frame);
    return prior;
  }
  static disable = (store: unknown): void => get()?.disable(store);
  constructor(store: unknown, data: unknown) {
    super(AsyncContextFrame.current());
    this.set(store, data);
  }
  disable(store: unknown): void {
    this.delete(store);
  }
}

module.exports = AsyncContextFrame;
