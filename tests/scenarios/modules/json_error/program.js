import rows from "./rows.json";
export default () => rows;
