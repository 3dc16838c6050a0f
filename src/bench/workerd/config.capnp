# SPDX-License-Identifier: Apache-2.0
# The rival's configuration: one worker that loads other workers. The benchmark hands over the socket "http".
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [ (name = "loader", worker = .loader) ],
  sockets = [ (name = "http", http = (), service = "loader") ],
);

const loader :Workerd.Worker = (
  modules = [ (name = "loader.js", esModule = embed "loader.js") ],
  bindings = [ (name = "LOADER", workerLoader = ()) ],
  compatibilityDate = "2026-11-01",
);
