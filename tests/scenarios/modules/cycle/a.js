import { fromB } from "./b.js";
export const name = "a";
export const fromA = () => ["a sees b", fromB()];
