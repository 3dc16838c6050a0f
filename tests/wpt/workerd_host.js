// SPDX-License-Identifier: Apache-2.0
// Runs a test program in a worker's global scope. A module would be strict, and its functions would not be global.
import program from "program";

export default {
  async test(controller, { unsafe }) {
    await unsafe.eval(program);
  },
};
