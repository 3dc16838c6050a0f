// SPDX-License-Identifier: Apache-2.0
// POST /fresh  the body is a function expression: loads it as a new worker without a network, calls it, answers its value
// POST /kept   the body is an id: calls the worker of that id, which is loaded on its first call and stays

const COMPATIBILITY_DATE = "2026-11-01";

const workerOf = (text) => ({
  compatibilityDate: COMPATIBILITY_DATE,
  mainModule: "main.js",
  modules: { "main.js": text },
  globalOutbound: null,
});

const callOnce = (snippet) => `const run = (${snippet}\n);
export default { async fetch() { return Response.json(await run()); } };`;

const counting = (id) => `// task ${id}
let calls = 0;
export default { async fetch() { return Response.json({ id: ${JSON.stringify(id)}, calls: ++calls }); } };`;

export default {
  async fetch(request, env) {
    const body = await request.text();
    const worker = request.url.endsWith("/fresh")
      ? env.LOADER.load(workerOf(callOnce(body)))
      : env.LOADER.get(body, () => workerOf(counting(body)));
    return worker.getEntrypoint().fetch("http://worker/");
  },
};
