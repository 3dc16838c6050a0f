// SPDX-License-Identifier: Apache-2.0
// URLPattern (URL Pattern standard) on the npm package urlpattern-polyfill: the interface is here, and so is what the
// package leaves out of making hosts and ports canonical.
import { defineInterface, dictionary, usvString } from "group:webidl";
import { URLPattern as Pattern } from "urlpattern-polyfill/urlpattern";

const components = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"] as const;

// The URL parser drops these wherever they are, and ends a host or a port at the first character of the next part.
const withoutBreaks = (text: string): string => text.replace(/[\t\n\r]/g, "");
const hasSyntax = /[{}()*:+[\]]|(?<!\\)\?/;

function plainHost(text: string): string {
  return hasSyntax.test(text) ? text : withoutBreaks(text).replace(/(?:[/#]|\\[?\\]).*$/s, "");
}

const givenPort = (text: string): string => withoutBreaks(text).replace(/^(\d+)\D.*$/s, "$1");

function members(value: unknown): Record<string, string> {
  const given = dictionary(value, "URLPattern: the input");
  const result: Record<string, string> = {};
  for (const name of ["baseURL", ...components]) {
    if (given[name] !== undefined) result[name] = usvString(given[name]);
  }
  return result;
}

const isDictionary = (value: unknown) => ["object", "function", "undefined"].includes(typeof value);

function construct(input: unknown, second: unknown, third: unknown): any {
  const patternType: any = Pattern;
  const based = second !== undefined && !isDictionary(second);
  const options = dictionary(based ? third : second, "URLPattern: the options");
  const settings = { ignoreCase: Boolean(options.ignoreCase) };
  if (isDictionary(input)) {
    if (based) throw new TypeError("URLPattern: a base URL goes with a string; put baseURL into the object");
    const given = members(input);
    return new patternType({ ...given, ...(given.hostname && { hostname: plainHost(given.hostname) }) }, settings);
  }
  const text = usvString(input);
  return based ? new patternType(text, usvString(second), settings) : new patternType(text, settings);
}

class URLPattern_ {
  #pattern: any;

  constructor(input: unknown = {}, second: unknown = undefined, third: unknown = undefined) {
    this.#pattern = construct(input, second, third);
  }

  // What the caller gave, converted; and the same as the package takes it.
  #inputs(input: unknown, base: unknown): [unknown[], unknown[]] {
    const first = isDictionary(input) ? members(input) : usvString(input);
    const rest = base === undefined ? [] : [usvString(base)];
    const taken = typeof first === "object" && first.port ? { ...first, port: givenPort(first.port) } : first;
    return [[first, ...rest], [taken, ...rest]];
  }

  test(input: unknown = {}, base: unknown = undefined): boolean {
    return this.#pattern.test(...this.#inputs(input, base)[1]);
  }

  exec(input: unknown = {}, base: unknown = undefined): object | null {
    const [inputs, taken] = this.#inputs(input, base);
    const result = this.#pattern.exec(...taken);
    return result ? Object.assign(result, { inputs }) : null;
  }

  static compareComponent(component: unknown, left: URLPattern_, right: URLPattern_): number {
    return (Pattern as any).compareComponent(component, left.#pattern, right.#pattern);
  }

  get protocol(): string { return this.#pattern.protocol; }
  get username(): string { return this.#pattern.username; }
  get password(): string { return this.#pattern.password; }
  get hostname(): string { return this.#pattern.hostname; }
  get port(): string { return this.#pattern.port; }
  get pathname(): string { return this.#pattern.pathname; }
  get search(): string { return this.#pattern.search; }
  get hash(): string { return this.#pattern.hash; }
  get hasRegExpGroups(): boolean { return this.#pattern.hasRegExpGroups; }
}

Object.defineProperty(URLPattern_, "length", { value: 0, configurable: true });
export const URLPattern = defineInterface(URLPattern_, { name: "URLPattern" });
