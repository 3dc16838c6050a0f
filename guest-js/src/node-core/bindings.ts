// SPDX-License-Identifier: Apache-2.0
// internalBinding(): what Node's library expects of its C++ half. A function is called when its binding is first used.
const native = require("native:node");
const system = require("mayfly:system");

const symbols = (names: string[]) => Object.fromEntries(names.map((name) => [`${name}_private_symbol`, Symbol(name)]));

function defineLazyProperties(target: object, id: string, keys: string[], enumerable = true): void {
  const load = () => require("./lazy.ts").load(id);
  for (const key of keys) {
    const set = (value: unknown) => {
      Object.defineProperty(target, key, { value, writable: true, enumerable, configurable: true });
    };
    const get = () => {
      const value = load()[key];
      set(value);
      return value;
    };
    Object.defineProperty(get, "name", { value: key });
    Object.defineProperty(target, key, { get, set, enumerable, configurable: true });
  }
}

export const bindings: Record<string, any> = {
  util: () => ({
    ...native,
    constants: {
      kPending: 0, kFulfilled: 1, kRejected: 2, kExiting: 0, kExitCode: 1, kHasExitCode: 2,
      ALL_PROPERTIES: 0, ONLY_WRITABLE: 1, ONLY_ENUMERABLE: 2, ONLY_CONFIGURABLE: 4, SKIP_STRINGS: 8, SKIP_SYMBOLS: 16,
      kDisallowCloneAndTransfer: 0, kTransferable: 1, kCloneable: 2,
    },
    privateSymbols: symbols([
      "arrow_message", "contextify_context", "decorated", "entry_point_module", "entry_point_promise",
      "host_defined_option_symbol", "module_circular_visited", "transfer_mode", "untransferable_object",
    ]),
    defineLazyProperties,
    isInsideNodeModules: () => false,
    guessHandleType: () => "PIPE",
    shouldAbortOnUncaughtToggle: [0],
    getExternalValue: () => 0n,
    sleep() { throw new Error("a program in the sandbox cannot block; await a timer instead"); },
    markPromiseAsHandled(promise: Promise<unknown>) { promise.catch(() => {}); },
    parseEnv: (text: string) => require("./parse_env.ts").parseEnv(text),
  }),
  types: () => native.types,
  errors: {
    exitCodes: { kNoFailure: 0, kGenericUserError: 1 },
    noSideEffectsToString: (value: unknown) => Object.prototype.toString.call(value),
    triggerUncaughtException(error: unknown) { queueMicrotask(() => { throw error; }); },
  },
  constants: { os: { signals: system.signals }, trace: {} },
  uv: () => ({
    getErrorMap: () => new Map(system.errors),
    getErrorMessage: (code: number) => new Map<number, string[]>(system.errors).get(code)?.[1],
    ...Object.fromEntries(system.errors.map(([code, [name]]: [number, string[]]) => [`UV_${name}`, code])),
  }),
  config: { hasIntl: false, hasInspector: false, hasOpenSSL: false, bits: 64, fipsMode: false },
  string_decoder: () => require("./string_decoder.ts"),
  buffer: () => require("./buffer.ts"),
  async_context_frame: native,
  messaging: { get DOMException() { return require("group:dom-exception").DOMException; } },
  url: () => require("./url.ts"),
  url_pattern: { get URLPattern() { return (globalThis as any).URLPattern; } },
  encoding_binding: () => require("./url.ts"),
  diagnostics_channel: {
    subscribers: new Uint32Array(0), notifyChannelActive() {}, notifyChannelInactive() {}, linkNativeChannel() {},
  },
};
