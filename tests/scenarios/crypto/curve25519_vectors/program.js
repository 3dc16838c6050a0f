// RFC 8032 (7.1, tests 1 and 3), RFC 7748 (6.1), and signatures that small-order points would let pass.
const hex = (text) => Uint8Array.fromHex(text);
const base64url = (text) => hex(text).toBase64({ alphabet: "base64url", omitPadding: true });

async function sign(secret, point, message) {
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64url(secret), x: base64url(point) };
  const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  const signature = await crypto.subtle.sign("Ed25519", key, hex(message));
  const publicKey = await crypto.subtle.importKey("raw", hex(point), "Ed25519", true, ["verify"]);
  return [new Uint8Array(signature).toHex(), await crypto.subtle.verify("Ed25519", publicKey, signature, hex(message))];
}

async function agree(secret, own, other) {
  const jwk = { kty: "OKP", crv: "X25519", d: base64url(secret), x: base64url(own) };
  const key = await crypto.subtle.importKey("jwk", jwk, "X25519", false, ["deriveBits"]);
  const point = await crypto.subtle.importKey("raw", hex(other), "X25519", false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: point }, key, 256)).toHex();
}

async function smallOrder() {
  const zero = "00".repeat(32), identity = "01" + "00".repeat(31);
  const key = await crypto.subtle.importKey("raw", hex(identity), "Ed25519", true, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, hex(identity + zero), new Uint8Array(3));
}

export default async () => ({
  first: await sign("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", ""),
  third: await sign("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82"),
  secret: await agree("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
  noSecret: await agree("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", "00".repeat(32)).catch((error) => error.name),
  smallOrder: await smallOrder(),
});
