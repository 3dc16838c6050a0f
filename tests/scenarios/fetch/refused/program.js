export default async () => {
  const failure = async (...values) => {
    try {
      await fetch(...values);
      return "answered";
    } catch (error) {
      return [error.name, error.code ?? null, error.message];
    }
  };
  const reason = { because: 1 };
  const aborted = AbortSignal.abort(reason);
  return {
    http: await failure("http://a.example/"),
    request: await failure(new Request("https://a.example/", { method: "POST", body: "x" })),
    relative: (await failure("/x")).slice(0, 2),
    method: (await failure("http://a.example/", { method: "TRACE" }))[0],
    nothing: (await failure())[0],
    aborted: await fetch("http://a.example/", { signal: aborted }).catch((error) => error === reason),
    abortedRequest: await fetch(new Request("http://a.example/", { signal: aborted })).catch((error) => error === reason),
    blob: await failure("blob:http://a.example/x"),
    file: await failure("file:///etc/passwd"),
    shape: [fetch.name, fetch.length, "prototype" in fetch, Object.getOwnPropertyDescriptor(globalThis, "fetch").enumerable],
  };
};
