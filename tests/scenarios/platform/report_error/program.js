// An error of a listener does not stop the others; nobody takes it, so the program fails with it, and with the first.
export default async () => {
  const target = new EventTarget();
  target.addEventListener("x", function first() { throw new RangeError("of the first listener"); });
  target.addEventListener("x", () => console.log("second"));
  target.addEventListener("x", () => { throw new TypeError("of the third"); });
  console.log(target.dispatchEvent(new Event("x")));
  reportError(new Error("reported"));
  await new Promise((resolve) => setTimeout(resolve, 1));
};
