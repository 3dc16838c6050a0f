// SPDX-License-Identifier: Apache-2.0
export { Navigator, navigator } from "./navigator.ts";
export { Scheduler, scheduler } from "./scheduler.ts";
