// SPDX-License-Identifier: Apache-2.0
// The library would use the global TextDecoder where there is one; here that is who asks. It finds nothing.
const bare = {};
export { bare as globalThis };
