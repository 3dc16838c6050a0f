export default async () => {
  for (;;) await crypto.subtle.generateKey({ name: "RSA-OAEP", modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" }, false, ["decrypt"]);
};
