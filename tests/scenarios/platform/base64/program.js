// Checked against Node 26.
const attempt = (action) => {
  try {
    return action();
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};
export default () => ({
  encoded: ["", "a", "ab", "abc", "\u0000\u00ff", "x".repeat(1000)].map((text) => btoa(text).slice(-8)),
  decoded: ["", "YQ==", "YQ", " Y Q = =\n", "YWI=", "AP8=", "YR"].map((text) => atob(text)),
  refused: ["a", "YQ=", "YQ===", "Y!==", "=", "YWI=YWI=", "\u{1f600}"].map((text) => attempt(() => atob(text))),
  wide: attempt(() => btoa("\u0100")),
  converted: [btoa(null), btoa(12), atob({ toString: () => "YQ==" })],
  none: attempt(() => atob()).split(" ")[0],
  symbol: attempt(() => btoa(Symbol("s"))).split(" ")[0],
  thrown: attempt(() => btoa({ toString() { throw new RangeError("mine"); } })).split(" ")[0],
  long: atob(btoa("\u00e9".repeat(100_000))).length,
});
