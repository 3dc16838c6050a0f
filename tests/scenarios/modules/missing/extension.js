import { day } from "./lib/dates.js";
export default () => day;
