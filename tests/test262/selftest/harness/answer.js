// SPDX-License-Identifier: Apache-2.0
var answer = 42;
