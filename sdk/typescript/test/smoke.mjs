// SPDX-License-Identifier: Apache-2.0
// The built package in whatever Node runs this: node smoke.mjs PACKAGE_DIR MAYFLY_BINARY
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const [folder, binary] = process.argv.slice(2);
const { Mayfly, MayflyError, RpcTarget } = await import(pathToFileURL(`${folder}/dist/index.js`).href);

class Room extends RpcTarget {
  lines = [];
  post(line) {
    return this.lines.push(line);
  }
}

const mayfly = await Mayfly.local({ binary });
try {
  assert.equal(await mayfly.run({ code: "export default (n: number) => n * 2", input: 21 }).value(), 42);
  const seen = [];
  await mayfly.run("export default () => { console.log('x') }", { onLog: ({ args }) => seen.push(...args) });
  assert.deepEqual(seen, ["x"]);
  await assert.rejects(mayfly.run({ code: 1 }), MayflyError);
  const room = new Room();
  const worker = mayfly.load({
    mainModule: "a.js",
    modules: {
      "a.js": `import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint { async go(m, b) { await this.env.ROOM.post("hi"); return [m, b]; } }`,
    },
    env: { ROOM: room },
  });
  const [map, bytes] = await worker.getEntrypoint().go(new Map([[1, new Set([2])]]), new Uint8Array([1, 2]));
  assert.deepEqual([map, bytes], [new Map([[1, new Set([2])]]), new Uint8Array([1, 2])]);
  assert.deepEqual(room.lines, ["hi"]);
  worker[Symbol.dispose]();
} finally {
  await mayfly.stop();
}
console.log(`Node ${process.version}: ok`);
