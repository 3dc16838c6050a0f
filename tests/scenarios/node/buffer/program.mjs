// SPDX-License-Identifier: Apache-2.0
import { Buffer, constants, isAscii, isUtf8 } from "node:buffer";
import buffer from "buffer";

const text = "Grüße, 🌍! \ud800";
const encodings = ["utf8", "utf16le", "latin1", "ascii", "hex", "base64", "base64url"];
const failures = [
  () => Buffer.from(1), () => Buffer.from(null), () => Buffer.alloc(-1), () => Buffer.alloc(1).writeUInt8(256), () => Buffer.alloc(1).readInt32LE(0),
  () => Buffer.from("a", "odd"), () => Buffer.concat([1]), () => Buffer.alloc(2).write("a", 3), () => Buffer.alloc(3).swap16(), () => Buffer.alloc(4).readUIntBE(0, 7),
  () => Buffer.byteLength(1), () => Buffer.alloc(4).fill("zz", "hex"), () => Buffer.compare(Buffer.alloc(1), "a"), () => new Buffer(-1), () => Buffer.alloc(1).toString("x"),
];

export default function () {
  const bytes = Buffer.from([0, 1, 127, 128, 200, 255, 61, 62, 63]);
  const numbers = Buffer.alloc(32);
  numbers.writeUInt16BE(0x1234, 0);
  numbers.writeInt32LE(-5, 2);
  numbers.writeDoubleBE(1.5, 6);
  numbers.writeFloatLE(0.1, 14);
  numbers.writeBigInt64BE(-(2n ** 40n), 18);
  numbers.writeUIntBE(0x123456, 26, 3);
  numbers.writeIntLE(-2, 29, 3);
  const haystack = Buffer.from("the cat, the dog, the cat");
  return {
    same: [buffer.Buffer === Buffer, globalThis.Buffer === Buffer, Buffer.isBuffer(bytes), bytes instanceof Uint8Array],
    encode: encodings.map((encoding) => Buffer.from(text, encoding).toString("hex")),
    decode: encodings.map((encoding) => bytes.toString(encoding)),
    lengths: encodings.map((encoding) => Buffer.byteLength(text, encoding)),
    odd: [Buffer.from("zz", "hex"), Buffer.from("abc", "hex"), Buffer.from("YW Jj\n", "base64"), Buffer.from("YWJj=ZGVm", "base64"), Buffer.from("-_8", "base64"), Buffer.from("a===", "base64"), Buffer.from("é", "ascii")].map((b) => b.toString("hex")),
    inspect: [bytes.inspect(), Buffer.alloc(60).inspect(), String(Buffer.from("text")), JSON.stringify(Buffer.from("hi")), Buffer.from(JSON.parse(JSON.stringify(Buffer.from("hi")))).toString()],
    from: [Buffer.from(new Uint16Array([1, 258])), Buffer.from(new ArrayBuffer(2)), Buffer.from({ length: 2, 0: 5, 1: 6 }), Buffer.from(new String("boxed")), Buffer.of(1, 2), Buffer.copyBytesFrom(new Uint16Array([1, 2]), 1)].map((b) => b.toString("hex")),
    numbers: [numbers.toString("hex"), numbers.readUInt16BE(0), numbers.readInt32LE(2), numbers.readDoubleBE(6), numbers.readFloatLE(14), String(numbers.readBigInt64BE(18)), numbers.readUIntBE(26, 3), numbers.readIntLE(29, 3), numbers.readUint8(1)],
    search: [haystack.indexOf("cat"), haystack.lastIndexOf("cat"), haystack.indexOf("cat", 5), haystack.lastIndexOf("cat", -4), haystack.indexOf("the", -8), haystack.indexOf(Buffer.from("dog")), haystack.indexOf(99), haystack.includes("cow"), haystack.indexOf(""), haystack.indexOf("", 100), haystack.lastIndexOf(""), Buffer.from("aabb", "utf16le").indexOf("b", 0, "utf16le"), haystack.indexOf("cat", NaN), haystack.lastIndexOf("t", undefined)],
    compare: [Buffer.compare(Buffer.from("a"), Buffer.from("b")), Buffer.from("abc").equals(Buffer.from("abc")), Buffer.from("abcd").compare(Buffer.from("xbcx"), 1, 3, 1, 3), Buffer.from("b").compare(Buffer.from("aa"))],
    change: [Buffer.alloc(7, "ab").toString(), Buffer.alloc(5, "é").toString("hex"), Buffer.alloc(4).fill(0x101).toString("hex"), Buffer.from([1, 2, 3, 4]).swap16().toString("hex"), Buffer.from("abcdef").copyWithin(0, 3).toString(), Buffer.concat([Buffer.from("a"), Buffer.from("b")], 3).toString("hex")],
    slices: [Buffer.from("abcdef").subarray(1, -1).toString(), Buffer.from("abcdef").slice(-2).toString(), Buffer.from("abcdef").toString("utf8", 2, 4)],
    write: [numbers.write("é🌍", 0), Buffer.alloc(3).write("🌍"), Buffer.alloc(5).write("ab", 1, "utf16le"), Buffer.alloc(4).write("abcdef", 1, 2)],
    copied: (() => { const target = Buffer.alloc(4); return [Buffer.from("abcdef").copy(target, 1, 2), target.toString("latin1")]; })(),
    valid: [isUtf8(Buffer.from([0xc3])), isUtf8(Buffer.from("é")), isAscii(Buffer.from("a")), isAscii(Buffer.from("é"))],
    base: [buffer.btoa("a\u00ff"), buffer.atob(" YQ== ")], constants: [constants.MAX_LENGTH, buffer.kStringMaxLength, Buffer.poolSize],
    failures: failures.map((attempt) => { try { return String(attempt()); } catch (error) { return [error.name, error.code, error.message]; } }),
  };
}
