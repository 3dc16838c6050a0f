// SPDX-License-Identifier: Apache-2.0
// The text of a failing assertion would need a parser; the daemon shows the lines around it instead.
export const getErrorSourceExpression = () => undefined;
export const getErrorSourceLocation = () => undefined;
