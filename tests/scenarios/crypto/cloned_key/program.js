export default async () => {
  const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const copy = structuredClone({ key, pair, error: new QuotaExceededError("too much", { quota: 1, requested: 2 }) });
  const signature = await crypto.subtle.sign("Ed25519", copy.pair.privateKey, new Uint8Array(3));
  return {
    kind: copy.key instanceof CryptoKey,
    own: copy.key !== key,
    as: [copy.key.type, copy.key.extractable, copy.key.algorithm.hash.name, copy.key.usages.join()],
    works: await crypto.subtle.verify("Ed25519", pair.publicKey, signature, new Uint8Array(3)),
    stillSealed: await crypto.subtle.exportKey("raw", copy.key).catch((error) => error.name),
    error: [copy.error instanceof QuotaExceededError, copy.error.message, copy.error.quota, copy.error.requested],
  };
};
