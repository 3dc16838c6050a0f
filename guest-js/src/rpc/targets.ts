// SPDX-License-Identifier: Apache-2.0
// Entrypoints as objects that go by reference: of an entrypoint class the methods and getters of its prototypes, of an
// object its functions, of a function `run`. Nothing else of them can be seen from outside, and no field of an instance.
import { native } from "group:serve";
import { getEnv, makeContext, RpcTarget, WorkerEntrypoint } from "group:worker";

const { apply, construct, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

// The object that a target stands for; its class sees it, and nothing that comes over a session does.
let insideOf: (target: object) => any;

class EntrypointTarget extends RpcTarget {
  #inside: any;
  constructor(inside: any) {
    super();
    this.#inside = inside;
  }
  static {
    insideOf = (target) => (target as EntrypointTarget).#inside;
  }
}

const isHidden = (name: string) => name === "constructor" || name === "then" || name.startsWith("_") || name.startsWith("#") || name in Object.prototype;

type TargetClass = new (inside: any) => object;
const classes = new WeakMap<object, TargetClass>();

function define(type: TargetClass, name: string, property: PropertyDescriptor): void {
  Object.defineProperty(type.prototype, name, { ...property, configurable: true, enumerable: false });
}

/** For a class that extends WorkerEntrypoint; what is inside is its instance. */
function classTarget(entrypoint: any): TargetClass {
  const type = class extends EntrypointTarget {};
  for (let at = entrypoint.prototype; at !== null && at !== WorkerEntrypoint.prototype; at = getPrototypeOf(at)) {
    for (const name of ownKeys(at)) {
      if (name === Symbol.dispose || typeof name === "string" && !isHidden(name)) {
        if (getOwnPropertyDescriptor(type.prototype, name) === undefined) expose(type, name as string, getOwnPropertyDescriptor(at, name)!);
      }
    }
  }
  return type;
}

function expose(type: TargetClass, name: string, { get, value }: PropertyDescriptor): void {
  if (get !== undefined) {
    define(type, name, { get(this: object) { return apply(get, insideOf(this), []); } });
  } else if (typeof value === "function") {
    define(type, name, { value(this: object, ...values: unknown[]) { return apply(value, insideOf(this), values); }, writable: true });
  }
}

/** For an object of functions; what is inside is the context. */
function handlerTarget(handler: any): TargetClass {
  const type = class extends EntrypointTarget {};
  for (const name of Object.keys(handler)) {
    const value = getOwnPropertyDescriptor(handler, name)!.value;
    if (typeof value !== "function" || isHidden(name)) continue;
    define(type, name, {
      value(this: object, ...values: unknown[]) { return apply(value, handler, [...values, getEnv(), insideOf(this)]); },
      writable: true,
    });
  }
  return type;
}

/** For a function, which gets env and context where its parameters leave room, as when it is called. */
function functionTarget(run: any): TargetClass {
  const type = class extends EntrypointTarget {};
  define(type, "run", {
    value(this: object, ...values: unknown[]) {
      if (values.length < run.length) values.push(getEnv());
      if (values.length < run.length) values.push(insideOf(this));
      return apply(run, undefined, values);
    },
    writable: true,
  });
  return type;
}

export function isEntrypointClass(value: any): boolean {
  if (typeof value !== "function") return false;
  for (let at = getPrototypeOf(value); at !== null; at = getPrototypeOf(at)) if (at === WorkerEntrypoint) return true;
  return false;
}

function targetClass(entrypoint: any): TargetClass {
  let type = classes.get(entrypoint);
  if (type === undefined) {
    const make = isEntrypointClass(entrypoint) ? classTarget : typeof entrypoint === "function" ? functionTarget : handlerTarget;
    classes.set(entrypoint, (type = make(entrypoint)));
  }
  return type;
}

/** A fresh target for the entrypoint of that name; the default without one. */
export function targetOf(name: string | undefined, props: unknown): object {
  const entrypoint: any = native.entrypoint(name === undefined || name === "default" ? "" : name);
  if ((typeof entrypoint !== "object" && typeof entrypoint !== "function") || entrypoint === null) {
    throw new TypeError(`${name === undefined ? "the default export" : name} is a plain value and no entrypoint`);
  }
  const context = makeContext(props ?? {});
  const inside = isEntrypointClass(entrypoint) ? construct(entrypoint, [context, getEnv()]) : context;
  return new (targetClass(entrypoint))(inside);
}
