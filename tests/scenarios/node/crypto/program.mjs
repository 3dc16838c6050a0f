// SPDX-License-Identifier: Apache-2.0
import crypto, { createHash, createHmac, hkdfSync, pbkdf2, pbkdf2Sync, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

const attempt = (run) => { try { return run(); } catch (error) { return [error.name, error.code, error.message]; } };

export default async function () {
  const hashes = ["md5", "sha1", "SHA256", "sha384", "sha512", "RSA-SHA256", "sha3-256"].map((name) => createHash(name).update("text").update(Buffer.from([1, 2])).digest("hex"));
  const finished = createHash("sha256");
  finished.digest();
  const derived = await new Promise((resolve) => pbkdf2("secret", "salt", 10, 16, "sha256", (error, key) => resolve([error, key.toString("hex")])));
  const numbers = Array.from({ length: 200 }, () => randomInt(3, 7));
  const filled = crypto.randomFillSync(new Uint8Array(8), 4);
  return {
    hashes, encodings: ["base64", "base64url", "latin1", undefined].map((encoding) => createHash("md5").update("ü", "latin1").digest(encoding).toString("hex")),
    once: crypto.hash("sha1", "text"), hmac: [createHmac("sha256", "key").update("a").update("b").digest("hex"), createHmac("sha512", Buffer.from("key")).update("").digest("base64")],
    derived, sync: pbkdf2Sync("secret", Buffer.from("salt"), 1, 20, "sha1").toString("hex"), hkdf: Buffer.from(hkdfSync("sha256", "key", "salt", "info", 20)).toString("hex"),
    random: [randomBytes(16).length, Buffer.isBuffer(randomBytes(1)), numbers.every((n) => n >= 3 && n < 7), new Set(numbers).size, [...filled.subarray(0, 4)], /^[0-9a-f-]{36}$/.test(crypto.randomUUID()), randomInt(1)],
    equal: [timingSafeEqual(Buffer.from("a"), Buffer.from("a")), timingSafeEqual(Buffer.from("a"), Buffer.from("b"))],
    subtle: Buffer.from(await crypto.webcrypto.subtle.digest("SHA-256", Buffer.from("text"))).toString("hex"), same: crypto.webcrypto === globalThis.crypto,
    errors: [() => createHash(1), () => createHash("none"), () => finished.update("x"), () => finished.digest(), () => createHash("md5").update(1), () => createHmac("none", "k"), () => timingSafeEqual(Buffer.alloc(1), Buffer.alloc(2)), () => randomBytes(-1), () => randomInt(5, 1), () => pbkdf2Sync("a", "b", 0, 1, "sha1"), () => pbkdf2Sync("a", "b", 1, 1, "none")].map(attempt),
  };
}
