// SPDX-License-Identifier: Apache-2.0
// Security.md case 49, for keys: guests are copies of one zygote, and no two of them draw the same random bytes. What
// they make is compared across many guests, fresh ones and spares: keys of every kind, and what ECDSA and OAEP draw for
// a message and key that are always the same.

#include <simdjson.h>

#include <map>
#include <set>

#include "abuse/sandbox_fixture.h"

namespace mayfly::abuse {
namespace {

constexpr size_t kGuests = 200;
constexpr std::chrono::milliseconds kCpu{5000};

constexpr char kProgram[] = R"js(
const { subtle } = crypto;
const message = new Uint8Array(16);
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const signer = { kty: "EC", crv: "P-256", d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" };
const reader = { kty: "RSA", e: "AQAB", n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" };
const hex = (bytes) => new Uint8Array(bytes).toHex();
const pair = async (algorithm, usages) => hex(await subtle.exportKey("pkcs8", (await subtle.generateKey(algorithm, true, usages)).privateKey));
const secret = async (algorithm, usages) => hex(await subtle.exportKey("raw", await subtle.generateKey(algorithm, true, usages)));
export default async () => ({
  values: hex(crypto.getRandomValues(new Uint8Array(16))),
  uuid: crypto.randomUUID(),
  p256: await pair(ecdsa, ["sign"]),
  p521: await pair({ name: "ECDH", namedCurve: "P-521" }, ["deriveBits"]),
  ed25519: await pair("Ed25519", ["sign"]),
  x25519: await pair("X25519", ["deriveBits"]),
  rsa: await pair({ name: "RSA-PSS", modulusLength: 512, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-1" }, ["sign"]),
  aes: await secret({ name: "AES-GCM", length: 128 }, ["encrypt"]),
  hmac: await secret({ name: "HMAC", hash: "SHA-256" }, ["sign"]),
  nonce: hex(await subtle.sign(ecdsa, await subtle.importKey("jwk", signer, ecdsa, false, ["sign"]), message)),
  oaep: hex(await subtle.encrypt("RSA-OAEP", await subtle.importKey("jwk", reader, { name: "RSA-OAEP", hash: "SHA-1" }, false, ["encrypt"]), message)),
})
)js";

class KeysOfGuests : public SandboxTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = SandboxTest::options();
    options.spares = 4;
    options.defaults = cpuLimit(kCpu);
    return options;
  }
};

TEST_F(KeysOfGuests, Case49NoTwoGuestsMakeTheSameKey) {
  std::map<std::string, std::set<std::string>> seen;
  size_t spares = 0;
  for (size_t i = 0; i < kGuests; ++i) {
    // A guest with a limit of its own is always a fresh one; the default limits are what spares are for.
    Limits limits = cpuLimit(i % 2 == 0 ? kCpu : 2 * kCpu);
    Verdict verdict = sandbox().run(request(kProgram, limits));
    ASSERT_EQ(verdict.code(), "") << verdict;
    spares += verdict.outcome.trace.spare ? 1 : 0;
    simdjson::dom::parser parser;
    for (auto [kind, value] : parser.parse(verdict.result()).get_object()) {
      ASSERT_TRUE(seen[std::string(kind)].emplace(std::string_view(value)).second) << kind << " came twice: " << value;
    }
  }
  EXPECT_EQ(seen.size(), 11U);
  for (const auto& [kind, values] : seen) EXPECT_EQ(values.size(), kGuests) << kind;
  EXPECT_GT(spares, 0U) << "spares were not tested";
  EXPECT_LT(spares, kGuests) << "fresh guests were not tested";
}

}  // namespace
}  // namespace mayfly::abuse
