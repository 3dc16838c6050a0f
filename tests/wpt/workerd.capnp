# SPDX-License-Identifier: Apache-2.0
# The rival's configuration: one worker that evaluates the program beside this file.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [ (name = "wpt", worker = .wpt) ]);

const wpt :Workerd.Worker = (
  modules = [ (name = "host.js", esModule = embed "host.js"), (name = "program", text = embed "program.js") ],
  bindings = [ (name = "unsafe", unsafeEval = void) ],
  compatibilityDate = "2026-11-01",
);
