// SPDX-License-Identifier: Apache-2.0
// How an object of a worker looks from here: each method answers a promise, on which one can go on calling.

type Callable = (...args: never[]) => unknown;

/** What a call gives: a promise whose members can be used before it is settled (one round trip in all). */
export type RemotePromise<T> = Promise<Received<T>> & Members<T> & Disposable;

/** A value as it arrives: functions and targets as stubs, all else as it is. */
export type Received<T> = T extends Callable | Target
  ? Stub<T>
  : T extends Map<infer K, infer V>
    ? Map<Received<K>, Received<V>>
    : T extends Set<infer V>
      ? Set<Received<V>>
      : T extends readonly unknown[]
        ? { [K in keyof T]: Received<T[K]> }
        : T extends Plain
          ? T
          : T extends object
            ? { [K in keyof T]: Received<T[K]> } & Partial<Disposable>
            : T;

type Plain =
  | Date | RegExp | Error | URL | Headers | Request | Response | Blob | ArrayBuffer | ArrayBufferView
  | ReadableStream | WritableStream;

declare const targetBrand: unique symbol;
/** What goes by reference: an instance of RpcTarget. */
export interface Target {
  readonly [targetBrand]: true;
}

type Members<T> = T extends Callable
  ? (...args: SentAll<Parameters<T>>) => RemotePromise<Awaited<ReturnType<T>>>
  : T extends string | number | boolean | bigint | null | undefined | Plain
    ? unknown
    : { readonly [K in keyof T as K extends string ? K : never]: Member<T[K]> };

type Member<T> = T extends (...args: infer A) => infer R
  ? (...args: SentAll<A>) => RemotePromise<Awaited<R>>
  : RemotePromise<Awaited<T>>;

// An argument may be its value, or a promise of it from the same worker; a function is given as it is, which tells the
// types of its parameters.
type SentAll<A> = { [K in keyof A]: A[K] extends Callable ? A[K] : A[K] | RemotePromise<A[K]> };

/** A reference to an object or function of the other side. */
export type Stub<T> = Members<T> & Disposable & {
  /** One more reference to the same; each is disposed of by itself. */
  dup(): Stub<T>;
  onRpcBroken(callback: (error: unknown) => void): void;
};

/** A worker's entrypoint. */
export type Entrypoint<T = any> = (unknown extends T ? any : Omit<Stub<T>, "fetch">) & Disposable & {
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
};
