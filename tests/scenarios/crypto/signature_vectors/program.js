// RFC 7515, A.2 and A.3: tokens that others have signed with RSA and on P-256.
const payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const decode = (text) => Uint8Array.fromBase64(text, { alphabet: "base64url" });
const rsa = {
  kty: "RSA",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  e: "AQAB",
};
const rsaSignature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const ec = {
  kty: "EC", crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
const ecSecret = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
const ecSignature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

async function verify(jwk, parameters, header, signature) {
  const key = await crypto.subtle.importKey("jwk", jwk, parameters, false, ["verify"]);
  const verdict = (bytes, text) => crypto.subtle.verify(parameters, key, bytes, new TextEncoder().encode(text));
  return [await verdict(decode(signature), `${header}.${payload}`), await verdict(decode(signature), `${header}.${payload}x`),
    await verdict(decode(signature).subarray(1), `${header}.${payload}`)];
}

export default async () => {
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const secret = await crypto.subtle.importKey("jwk", { ...ec, d: ecSecret }, ecdsa, true, ["sign"]);
  const signatures = [];
  for (let i = 0; i < 2; i++) signatures.push(new Uint8Array(await crypto.subtle.sign(ecdsa, secret, new Uint8Array(8))).toHex());
  const wrongPair = { ...ec, d: "AAAA" + ecSecret.slice(4) };
  return {
    rsa: await verify(rsa, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, "eyJhbGciOiJSUzI1NiJ9", rsaSignature),
    ec: await verify(ec, ecdsa, "eyJhbGciOiJFUzI1NiJ9", ecSignature),
    secretBack: (await crypto.subtle.exportKey("jwk", secret)).d === ecSecret,
    freshNonces: signatures[0] !== signatures[1],
    wrongPair: await crypto.subtle.importKey("jwk", wrongPair, ecdsa, true, ["sign"]).catch((error) => error.name),
    offCurve: await crypto.subtle.importKey("jwk", { ...ec, y: ec.x }, ecdsa, true, ["verify"]).catch((error) => error.name),
  };
};
