import x from "../secret.js";
export default () => x;
