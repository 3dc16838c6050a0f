const wanted = ["console", "setTimeout", "setInterval", "clearTimeout", "clearInterval", "queueMicrotask", "structuredClone", "TextEncoder",
  "TextDecoder", "fetch", "Headers", "Request", "Response", "FormData", "Blob", "File", "Intl", "Math", "JSON", "Map", "Proxy", "Reflect", "WeakRef", "BigInt", "Promise", "globalThis"];
export default () => ({
  missing: wanted.filter((name) => globalThis[name] === undefined),
  enumerable: Object.keys(globalThis),
  intl: new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234.5),
  collation: ["ä", "z", "a"].sort(new Intl.Collator("de").compare),
  date: new Date(Date.UTC(2026, 1, 3)).toLocaleDateString("en-GB", { timeZone: "UTC", weekday: "long", month: "long", day: "numeric" }),
  zone: [new Date(0).getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions().timeZone],
  normalised: "e\u0301".normalize("NFC").length,
  letters: "Ünï-x".match(/\p{L}+/gu),
});
