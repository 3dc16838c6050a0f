const names = ["utf-8", "ibm866", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-8-i",
  "iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "macintosh", "windows-874", "windows-1250", "windows-1251",
  "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic", "gbk", "gb18030",
  "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "utf-16be", "utf-16le", "x-user-defined"];
const labels = ["latin1", "ascii", "us-ascii", "iso-8859-1", "l5", "cp1251", "sjis", "windows-31j", "ks_c_5601-1987", "gb2312", "chinese", "big5-hkscs",
  "utf-16", "unicode", "ucs-2", "csunicode", "unicodefffe", "unicode-1-1-utf-8", "\t\n\f\r Latin2 ", "UTF-16BE", "dos-874", "x-x-big5", "mac", "logical"];
const wrong = ["", "utf-7", "utf-32", "replacement", "hz-gb-2312", "utf-8\0", "\u000butf-8", "\u00a0latin1", "utf–8", "ｕtf-8", "latin1,", "x".repeat(5000), "null", null, 8, {}];
const encodingOf = (label) => { try { return new TextDecoder(label).encoding; } catch (error) { return error.name; } };
export default () => ({
  unlike: names.filter((name) => encodingOf(name) !== name || encodingOf(name.toUpperCase()) !== name),
  labels: labels.map(encodingOf),
  wrong: wrong.map(encodingOf),
  odd: [() => new TextDecoder(Symbol("utf-8")), () => new TextDecoder({ toString() { throw new EvalError("mine"); } }), () => new TextDecoder("latin1", 1), () => TextDecoder("latin1")]
    .map((work) => { try { work(); return "fine"; } catch (error) { return error.name; } }),
});
