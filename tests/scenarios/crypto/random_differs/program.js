export default async () => {
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  return [crypto.randomUUID(), new Uint8Array(crypto.getRandomValues(new Uint8Array(16))).toHex(), (await crypto.subtle.exportKey("jwk", privateKey)).d];
};
