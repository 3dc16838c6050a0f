// SPDX-License-Identifier: Apache-2.0
// The module that the executor's sandbox runs: the namespaces, the console's lines, and the program in the midst.
import { jsonCopy } from "./json_copy.ts";

// codemode wraps what it cannot parse, such as a function in TypeScript, as if it were the body of one.
const wrapped = /^async \(\) => \{\n([^]*)\n\}$/;
const beginsAsExpression = /^(?:async\b|\(|function\b|[\w$]+\s*=>)/;
const fence = /^```\w*\n([^]*?)\n?```$/;

/** The readings of `code` as an expression, best first; which of them it is, the parser says. */
export function programsOf(code: string): string[] {
  const trimmed = code.trim();
  const source = (fence.exec(trimmed)?.[1] ?? trimmed).trim();
  const inner = wrapped.exec(source)?.[1]?.trim();
  const programs = [source === "" ? "async () => {}" : source];
  if (inner !== undefined && beginsAsExpression.test(inner)) programs.unshift(inner.replace(/;+$/, ""));
  if (inner === undefined) programs.push(`async () => {\n${source}\n}`);
  return programs;
}

interface Namespace {
  name: string;
  prelude?: string;
}

function providerProxy(name: string): string {
  return `    const ${name} = new Proxy({}, {
      get: (target, tool) => {
        if (Object.hasOwn(target, tool)) return target[tool];
        if (typeof tool !== "string") return undefined;
        return async (...args) => __dispatchers.${name}.call(tool, __jsonCopy(args));
      },
    });`;
}

function connectorProxy(name: string): string {
  return `    const ${name} = new Proxy({}, {
      get: (_, tool) => {
        if (typeof tool !== "string") return undefined;
        return async (...args) => {
          const answer = await __connectors.${name}.callTool(tool, args[0]);
          if (answer?.__codemode_control__ === "pause") throw new Error("__CODEMODE_PAUSE__");
          if (answer?.__codemode_control__ === "error") throw new Error(String(answer.message));
          return answer;
        };
      },
    });`;
}

export function programText(program: string, providers: Namespace[], connectors: Namespace[]): string {
  const preludes = providers.flatMap(({ prelude }) => (prelude === undefined ? [] : [prelude]));
  return `import { WorkerEntrypoint } from "cloudflare:workers";
const __jsonCopy = ${jsonCopy.toString()};
export default class CodeExecutor extends WorkerEntrypoint {
  async evaluate(__dispatchers, __connectors) {
    const __logs = [];
    for (const [__level, __prefix] of [["log", ""], ["warn", "[warn] "], ["error", "[error] "]]) {
      const __write = console[__level];
      console[__level] = (...args) => {
        __logs.push(__prefix + args.map(String).join(" "));
        __write.apply(console, args);
      };
    }
${[...providers.map(({ name }) => providerProxy(name)), ...connectors.map(({ name }) => connectorProxy(name)), ...preludes].join("\n")}
    try {
      const __program = (
${program}
      );
      return { result: await (typeof __program === "function" ? __program() : __program), logs: __logs };
    } catch (error) {
      return { result: undefined, error: error instanceof Error ? error.message : String(error), logs: __logs };
    }
  }
}
`;
}
