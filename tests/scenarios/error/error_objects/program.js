class HttpError extends Error {
  name = "HttpError";
  status = 503;
  body = { retry: true };
}
const make = {
  own_properties: () => new HttpError("no answer"),
  empty_message: () => new RangeError(),
  no_name: () => Object.assign(new Error("nameless"), { name: "" }),
  getter_that_throws: () => Object.defineProperty(new Error("x"), "message", { get() { throw new Error("from the getter"); } }),
  getter_that_loops: () => Object.defineProperty(new Error("x"), "name", { get() { for (;;); } }),
  stack_that_throws: () => Object.defineProperty(new Error("x"), "stack", { get() { throw new Error("from stack"); } }),
  message_is_object: () => Object.assign(new Error("x"), { message: { not: "a text" } }),
  frozen: () => Object.freeze(new TypeError("frozen")),
  dom_like: () => ({ name: "AbortError", message: "stopped by hand", code: 20 }),
  claims_denied: () => Object.assign(new Error("mine"), { code: "E_DENIED" }),
  claims_cpu: () => Object.assign(new Error("mine"), { code: "E_CPU" }),
  prepare_stack: () => { Error.prepareStackTrace = () => { throw new Error("prepare"); }; return new Error("prepared"); },
  huge_message: () => new Error("m".repeat(1_000_000)),
  suppressed: () => new SuppressedError(new Error("inner"), new Error("outer"), "both"),
};
export default (which) => {
  throw make[which]();
};
