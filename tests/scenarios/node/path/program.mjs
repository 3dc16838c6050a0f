// SPDX-License-Identifier: Apache-2.0
import path, { basename, join, posix } from "node:path";
import bare from "path";
import * as windows from "node:path/win32";

export default function () {
  let error;
  try { path.join("a", 1); } catch (thrown) { error = [thrown.name, thrown.code, thrown.message]; }
  return {
    same: [path === bare, posix === path, posix.join === join, windows.sep],
    join: join("/a", "..", "b", "./c//d", ".."), basename: basename("/x/y.tar.gz", ".gz"),
    resolve: path.resolve("/a/b", "../c", "d"), relative: path.relative("/data/a/b", "/data/c"),
    parse: path.parse("/srv/files/a.txt"), format: path.format({ dir: "/d", name: "n", ext: ".e" }),
    normalize: path.normalize("a//b/../c/."), extname: [".x", "a.b.c", "a."].map((name) => path.extname(name)),
    absolute: [path.isAbsolute("/a"), path.isAbsolute("a")], win: windows.join("a\\b", "..", "c"), error,
  };
}
