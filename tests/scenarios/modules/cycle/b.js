import { name } from "./a.js";
export const fromB = () => `b sees ${name}`;
