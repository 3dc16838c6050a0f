// A listener may take an error or a rejection off the program's hands.
export default async (which) => {
  const log = [];
  const wait = () => new Promise((resolve) => setTimeout(resolve, 5));
  if (which === "prevented") {
    addEventListener("error", (event) => {
      event.preventDefault();
      log.push(["error", event instanceof ErrorEvent, event.message, event.error.message, event.lineno > 0, event.filename.length > 0]);
    });
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      log.push(["unhandledrejection", event.reason, event.promise instanceof Promise]);
      setTimeout(() => event.promise.catch(() => log.push("caught")), 1);
    });
    addEventListener("rejectionhandled", (event) => log.push(["rejectionhandled", event.reason]));
    setTimeout(() => { throw new Error("of a timer"); }, 1);
    queueMicrotask(() => { throw new Error("of a microtask"); });
    queueMicrotask(() => log.push("next microtask"));
    Promise.reject("why");
    await wait();
    return log;
  }
  if (which === "attribute") {
    onerror = (...values) => {
      log.push([values.length, typeof values[0], values[4].message]);
      return true;
    };
    setTimeout(() => { throw new Error("again"); }, 1);
    await wait();
    return [log, typeof onerror, onunhandledrejection];
  }
  addEventListener("error", () => console.log("seen"));
  addEventListener("unhandledrejection", () => console.log("seen"));
  if (which === "error") setTimeout(() => { throw new RangeError("not prevented"); }, 1);
  if (which === "rejection") Promise.reject(new RangeError("not prevented"));
  if (which === "listener throws") {
    addEventListener("error", () => { throw new TypeError("of the listener"); });
    setTimeout(() => { throw new RangeError("first"); }, 1);
  }
  await wait();
};
