type T = string;
const a: T = "abc;
export default () => a;
