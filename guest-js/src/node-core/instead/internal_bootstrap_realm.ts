// SPDX-License-Identifier: Apache-2.0
// Asked by inspect whether a stack frame is Node's own, to draw it grey.
export const BuiltinModule = { exists: () => false };
