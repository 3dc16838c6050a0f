import { fromA } from "./a.js";
import { late } from "./c.mjs";
export default () => [...fromA(), late];
