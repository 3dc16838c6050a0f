const name = "f".repeat(5000);
export default () => {
  ({ [name]: () => { throw new Error("long"); } })[name]();
};
