// SPDX-License-Identifier: Apache-2.0
// No hooks run here; contexts follow V8's continuation data (async_context_frame).
export const enabledHooksExist = () => false;
export const initHooksExist = () => false;
export const getDefaultTriggerAsyncId = () => 0;
export const emitInit = () => {};
