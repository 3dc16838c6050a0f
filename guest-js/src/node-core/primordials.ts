// SPDX-License-Identifier: Apache-2.0
// Node's `primordials`: the language's own functions under flat names, such as ArrayPrototypePush(array, value). Node
// makes them all at start; here each is made when a module asks for it, from its name.

const { bind, call } = Function.prototype;
const uncurryThis = bind.bind(call) as (fn: Function) => any;
const applyBind = bind.bind(Function.prototype.apply) as (fn: Function, self?: unknown) => any;

const prototypeOf = Object.getPrototypeOf;
const arrayIterator = prototypeOf([][Symbol.iterator]());
const asyncIterator = prototypeOf(prototypeOf(async function* () {}).prototype);

// What has no name on the global object.
const owners: Record<string, unknown> = {
  TypedArray: prototypeOf(Uint8Array),
  ArrayIterator: { prototype: arrayIterator },
  StringIterator: { prototype: prototypeOf(""[Symbol.iterator]()) },
  AsyncIterator: { prototype: asyncIterator },
};

const mapped = (list: Iterable<unknown>, map?: any) => Array.from(list, map ? (each, i) => map(each, i) : (each) => each);
const nothing = () => undefined;

const special: Record<string, unknown> = {
  globalThis, uncurryThis, applyBind,
  SafeMap: Map, SafeSet: Set, SafeWeakMap: WeakMap, SafeWeakSet: WeakSet, SafeWeakRef: WeakRef,
  SafeFinalizationRegistry: FinalizationRegistry, SafePromise: Promise,
  SafeArrayIterator: function (list: any[]) { return list[Symbol.iterator](); },
  SafeStringIterator: function (text: string) { return text[Symbol.iterator](); },
  SafePromiseAll: (list: any, map?: any) => Promise.all(mapped(list, map)),
  SafePromiseAllReturnArrayLike: (list: any, map?: any) => Promise.all(mapped(list, map)),
  SafePromiseAllReturnVoid: (list: any, map?: any) => Promise.all(mapped(list, map)).then(nothing),
  SafePromiseAllSettled: (list: any, map?: any) => Promise.allSettled(mapped(list, map)),
  SafePromiseAllSettledReturnVoid: (list: any, map?: any) => Promise.allSettled(mapped(list, map)).then(nothing),
  SafePromiseRace: (list: any, map?: any) => Promise.race(mapped(list, map)),
  SafePromisePrototypeFinally: (promise: Promise<unknown>, done: () => void) => promise.finally(done),
  SafeStringPrototypeSearch: (text: string, pattern: RegExp) => text.search(pattern),
  SymbolDispose: Symbol.dispose, SymbolAsyncDispose: (Symbol as any).asyncDispose,
  hardenRegExp: (pattern: RegExp) => pattern,
};

// "IsArray" is Array.isArray, "MAX_SAFE_INTEGER" itself, "SymbolIterator" the well-known symbol.
function keyOf(owner: object, name: string): PropertyKey | undefined {
  const lower = name[0]!.toLowerCase() + name.slice(1);
  if (Object.hasOwn(owner, lower)) return lower;
  if (Object.hasOwn(owner, name)) return name;
  if (!name.startsWith("Symbol")) return undefined;
  const symbol = (Symbol as any)[name[6]!.toLowerCase() + name.slice(7)];
  return symbol !== undefined && Object.hasOwn(owner, symbol) ? symbol : undefined;
}

function member(owner: object, name: string, method: (fn: Function) => unknown): unknown {
  const key = keyOf(owner, name);
  if (key !== undefined) {
    const { value, get } = Object.getOwnPropertyDescriptor(owner, key)!;
    if (get === undefined) return typeof value === "function" ? method(value) : value;
  }
  const accessor = /^([GS]et)(.+)$/.exec(name);
  if (accessor) {
    const at = keyOf(owner, accessor[2]!);
    const property = at === undefined ? undefined : Object.getOwnPropertyDescriptor(owner, at);
    const fn = accessor[1] === "Get" ? property?.get : property?.set;
    if (fn) return uncurryThis(fn);
  }
  const plain = /^(.+)Apply$/.exec(name);
  const at = plain ? keyOf(owner, plain[1]!) : undefined;
  if (at === undefined) return undefined;
  const fn = (owner as any)[at];
  return method === uncurryThis ? applyBind(fn) : applyBind(fn, owner);
}

function make(name: string): unknown {
  if (name in special) return special[name];
  if (Object.hasOwn(globalThis, name)) return (globalThis as any)[name];
  if (name in owners) return owners[name];
  for (let end = name.length - 1; end > 2; end--) {
    if (name[end]! < "A" || name[end]! > "Z") continue;
    const start = name.slice(0, end);
    const owner: any = owners[start] ?? (Object.hasOwn(globalThis, start) ? (globalThis as any)[start] : undefined);
    if (owner === undefined) continue;
    const rest = name.slice(end);
    if (rest === "Prototype") return owner.prototype;
    if (rest.startsWith("Prototype") && owner.prototype) return member(owner.prototype, rest.slice(9), uncurryThis);
    return member(owner, rest, (fn) => (owner === Promise ? fn.bind(Promise) : fn));
  }
  return undefined;
}

/** Destructured by the modules of Node's library. */
export const primordials: Record<string, any> = new Proxy(Object.create(null), {
  get(known, name: string) {
    return (known[name] ??= make(name));
  },
});
