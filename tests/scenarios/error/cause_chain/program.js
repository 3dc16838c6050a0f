function read() {
  throw new TypeError("no such column");
}
function load() {
  try {
    read();
  } catch (cause) {
    throw new Error("loading orders", { cause });
  }
}
export default () => {
  try {
    load();
  } catch (cause) {
    throw new RangeError("the report failed", { cause });
  }
};
