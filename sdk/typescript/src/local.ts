// SPDX-License-Identifier: Apache-2.0
// A daemon of one's own: `mayfly serve` on a Unix socket in a folder that goes with it. It lives as long as we do, since
// it ends when its standard input closes.
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

import { MayflyError } from "../../../rpc/index.ts";
import { Mayfly } from "./mayfly.ts";
import { forgetSocket } from "./unix_http.ts";

export interface LocalOptions {
  /** The program; else MAYFLY_BIN, else `mayfly` on the PATH. */
  binary?: string;
  /** More arguments of `mayfly serve`, such as `--allow-weaker ...` or `--config FILE`. */
  args?: string[];
  /** Where it keeps what it stores; else a folder that is removed with it. */
  data?: string;
  /** How long it may take to be ready; 30,000. */
  startMs?: number;
  retries?: number;
}

const STOP_MS = 10_000;

export class LocalMayfly extends Mayfly {
  /** The daemon's process id. */
  readonly pid: number;
  readonly socketPath: string;
  #child: ChildProcess;
  #folder: string;
  #stopped: Promise<void> | undefined;
  #removeFolder = () => rmSync(this.#folder, { recursive: true, force: true });

  constructor(child: ChildProcess, folder: string, socketPath: string, retries: number | undefined) {
    super({ url: "http://localhost", socketPath, ...(retries === undefined ? {} : { retries }) });
    this.pid = child.pid!;
    this.socketPath = socketPath;
    this.#child = child;
    this.#folder = folder;
    process.once("exit", this.#removeFolder);
  }

  /** Ends the daemon and all that it runs. */
  async stop(): Promise<void> {
    this.close();
    forgetSocket(this.socketPath);
    await (this.#stopped ??= stopped(this.#child));
    process.removeListener("exit", this.#removeFolder);
    this.#removeFolder();
  }

  override [Symbol.dispose](): void {
    void this.stop();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

export async function startLocal(options: LocalOptions = {}): Promise<LocalMayfly> {
  const binary = findBinary(options.binary);
  const folder = mkdtempSync(join(tmpdir(), "mayfly-"));
  const socketPath = join(folder, "socket");
  const child = spawn(
    binary,
    [
      "serve", "--listen", `unix:${socketPath}`, "--data", options.data ?? join(folder, "data"), "--json",
      "--until-stdin-closes", ...(options.args ?? []),
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  try {
    await ready(child, binary, options.startMs ?? 30_000);
  } catch (error) {
    await stopped(child);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  // A program that forgets it ends all the same, and the daemon with it.
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as { unref?(): void } | null)?.unref?.();
  return new LocalMayfly(child, folder, socketPath, options.retries);
}

function findBinary(given: string | undefined): string {
  const named = given ?? process.env["MAYFLY_BIN"];
  if (named !== undefined) return named;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, "mayfly");
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // the next folder
    }
  }
  throw new MayflyError({
    code: "E_NOT_FOUND",
    message: 'no program "mayfly" on the PATH: install it, or name it by the option "binary" or in MAYFLY_BIN',
  });
}

function ready(child: ChildProcess, binary: string, startMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let complaint = "";
    const fail = (why: string) =>
      reject(new MayflyError({ code: "E_UNAVAILABLE", message: `${binary} serve ${why}${complaint && `: ${complaint.trim()}`}` }));
    const timer = setTimeout(() => fail(`was not ready after ${startMs} ms`), startMs);
    child.stderr!.on("data", (text) => (complaint = (complaint + text).slice(-4_000)));
    child.once("error", (error) => (clearTimeout(timer), fail(`could not be started (${error.message})`)));
    child.once("close", (code, signal) => (clearTimeout(timer), fail(`ended (${signal ?? code}) before it was ready`)));
    const lines = createInterface(child.stdout!);
    lines.once("line", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  child.ref();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.stdin?.end();
  });
}
