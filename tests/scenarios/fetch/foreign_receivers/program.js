export default async () => {
  const wrong = [];
  for (const type of [Headers, Request, Response, FormData, Blob, File]) {
    for (const [name, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(type.prototype))) {
      const call = get ?? (typeof value === "function" && name !== "constructor" ? value : undefined);
      if (call === undefined) continue;
      for (const receiver of [undefined, null, {}, type.prototype, Object.create(type.prototype), new Proxy(new Blob(), {})]) {
        try {
          await call.call(receiver, "a", "b", "c");
          wrong.push([type.name, name]);
        } catch (error) {
          if (!(error instanceof TypeError)) wrong.push([type.name, name, String(error)]);
        }
      }
    }
  }
  return wrong;
};
