// SPDX-License-Identifier: Apache-2.0
import type { Plugin } from "esbuild";

export interface Edit {
  what: string;
  from: string;
  to: string;
  times?: number;
}
export const capnwebFile: string;
export const capnwebInputs: string[];
export function applyEdits(text: string, edits: Edit[]): string;
export function capnwebText(): string;
export function capnwebPlugin(): Plugin;
