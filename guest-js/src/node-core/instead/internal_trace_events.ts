// SPDX-License-Identifier: Apache-2.0
export const isTraceCategoryEnabled = () => false;
export const traceCategoryEnabled = new Uint8Array(1);
export const getCategoryEnabledBuffer = () => new Uint8Array(1);
export const trace = () => {};
