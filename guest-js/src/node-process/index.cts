// SPDX-License-Identifier: Apache-2.0
// node:process and the global `process`: what programs ask of it without meaning a real process.
const { arch, release, version, versions } = require("mayfly:system");
const { nextTick } = require("internal/process/task_queues");

const began = Date.now();

// The clock stands still while a program computes, here as everywhere.
function hrtime(previous?: [number, number]): [number, number] {
  const nanos = hrtime.bigint() - (previous ? BigInt(previous[0]) * 1_000_000_000n + BigInt(previous[1]) : 0n);
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}
hrtime.bigint = (): bigint => BigInt(Math.round((Date.now() - began) * 1e6));

const refusal = (name: string, why: string) => () => {
  throw Object.assign(new Error(`process.${name} is not available in the sandbox: ${why}`), { code: "E_DENIED" });
};

function write(level: "log" | "error") {
  return { isTTY: false, writable: true, fd: level === "log" ? 1 : 2, write(text: unknown) {
    console[level](String(text).replace(/\n$/, ""));
    return true;
  } };
}

function emitWarning(warning: any, options?: any): void {
  const type = warning?.name ?? (typeof options === "string" ? options : options?.type) ?? "Warning";
  console.warn(`${type}: ${warning?.message ?? warning}`);
}

// Values become strings, as in any environment.
function environment(): Record<string, string> {
  return new Proxy({} as Record<string, string>, {
    set: (target, name, value) => Reflect.set(target, name, typeof name === "symbol" ? value : `${value}`),
  });
}

// An EventEmitter, which is loaded when one of its methods is first called.
const emitter = (name: string) => function (this: unknown, ...values: unknown[]): unknown {
  const { prototype } = require("events");
  Object.setPrototypeOf(base, prototype);
  for (const each of emitterNames) delete (base as any)[each];
  return prototype[name].apply(this, values);
};
const emitterNames = [
  "on", "once", "off", "addListener", "removeListener", "removeAllListeners", "emit", "listeners", "listenerCount",
  "prependListener", "prependOnceListener", "eventNames", "setMaxListeners", "getMaxListeners", "rawListeners",
];
const base = Object.create(Object.prototype, { [Symbol.toStringTag]: { value: "process", configurable: true } });
for (const name of emitterNames) {
  Object.defineProperty(base, name, { value: emitter(name), writable: true, configurable: true });
}

const noProcess = "there is no process to act on";
const process = Object.assign(Object.create(base), {
  title: "mayfly", version, versions, arch, platform: "linux", release, pid: 1, ppid: 0, argv: ["mayfly"],
  argv0: "mayfly", execArgv: [], execPath: "/mayfly", exitCode: undefined, features: Object.freeze({}), config: Object.freeze({}),
  env: environment(), stdout: write("log"), stderr: write("error"),
  cwd: () => "/", nextTick, hrtime, emitWarning,
  uptime: () => (Date.now() - began) / 1000,
  exit: refusal("exit", "return from the program, or throw, to end it"),
  abort: refusal("abort", "throw an error to end the program"),
  kill: refusal("kill", noProcess),
  chdir: refusal("chdir", "there are no folders"),
  umask: refusal("umask", "there are no files"),
  dlopen: refusal("dlopen", "there are no files"),
  binding: refusal("binding", "Node's internals are not here"),
  cpuUsage: refusal("cpuUsage", "the outcome reports the CPU time of the program"),
  resourceUsage: refusal("resourceUsage", "the outcome reports what the program used"),
  memoryUsage: refusal("memoryUsage", "the outcome reports the memory of the program"),
  getuid: () => 65534, geteuid: () => 65534, getgid: () => 65534, getegid: () => 65534,
});
module.exports = process;
