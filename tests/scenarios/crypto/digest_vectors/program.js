// FIPS 180-4 and 202: the digests of "abc" and of nothing.
const names = ["SHA-1", "SHA-256", "SHA-384", "SHA-512", "SHA3-256"];
const digest = async (name, text) => new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode(text))).toHex();
export default async () => ({
  abc: Object.fromEntries(await Promise.all(names.map(async (name) => [name, await digest(name, "abc")]))),
  empty: await digest({ name: "sha-256" }, ""),
  view: new Uint8Array(await crypto.subtle.digest("sha-1", new Uint8Array([0, 97, 98, 99, 0]).subarray(1, 4))).toHex(),
});
