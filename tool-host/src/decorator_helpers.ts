// SPDX-License-Identifier: Apache-2.0
// oxc lowers decorators to calls of helpers and imports those from a package, which a guest does not have. Each import
// is one generated line that maps to nothing, so it is exchanged in place for a function on one line: no position
// moves, directives stay first, and a function declaration leaves the value of the last expression alone.

const kHelpers: Record<string, string> = {
  // function (decorators, target, key, descriptor): descriptor is null for "look it up", undefined for a field.
  decorate:
    "(d,t,k,e){var n=arguments.length,r=n<3?t:e===null?e=Object.getOwnPropertyDescriptor(t,k):e;" +
    "for(var i=d.length-1;i>=0;i--)if(d[i])r=(n<3?d[i](r):n>3?d[i](t,k,r):d[i](t,k))||r;" +
    "return n>3&&r&&Object.defineProperty(t,k,r),r}",
  decorateParam: "(i,d){return function(t,k){d(t,k,i)}}",
};

const kHelperLine = /^(?:import (\w+) from |var (\w+) = require\()"@oxc-project\/runtime\/helpers\/(\w+)"\)?;$/gm;

export interface Inlined {
  code: string;
  /** Helpers that oxc wants and that we do not have. */
  missing: string[];
}

export function inlineHelpers(code: string, helpersUsed: string[]): Inlined {
  const missing = helpersUsed.filter((helper) => !Object.hasOwn(kHelpers, helper));
  if (helpersUsed.length === 0 || missing.length > 0) return { code, missing };
  const left = new Set(helpersUsed); // each line once: later look-alikes stand in somebody's template literal
  const inlined = code.replace(kHelperLine, (line, imported?: string, required?: string, helper = "") =>
    left.delete(helper) ? `function ${imported ?? required}${kHelpers[helper]}` : line);
  return { code: inlined, missing: [...left] };
}
