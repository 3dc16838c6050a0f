// SPDX-License-Identifier: Apache-2.0
// None of these is serializable; without a hook their clone would be an empty object.
import { isFormData } from "./form_data.ts";
import { isHeaders } from "./headers.ts";
import { isRequest } from "./request.ts";
import { isResponse } from "./response.ts";

function refuse(name: string): never {
  const { DOMException } = require("group:dom-exception");
  throw new DOMException(`A ${name} could not be cloned; clone what it holds`, "DataCloneError");
}

const kinds: [string, (value: object) => boolean][] = [
  ["Headers", isHeaders], ["Request", isRequest], ["Response", isResponse], ["FormData", isFormData],
];
for (const [name, is] of kinds) require("native:clone").register({ name, is, clone: () => refuse(name) });
