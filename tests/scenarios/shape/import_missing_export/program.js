import { nothing } from "./program.js";
export default () => nothing;
