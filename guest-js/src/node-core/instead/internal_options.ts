// SPDX-License-Identifier: Apache-2.0
// No flags: every option has its default.
const options: Record<string, unknown> = {
  "--stack-trace-limit": 10, "--async-context-frame": true, "--pending-deprecation": false,
  "--verify-base-objects": false,
};
export const getOptionValue = (name: string): unknown => options[name];
export const getEmbedderOptions = () => ({});
export const getAllowUnauthorized = () => false;
