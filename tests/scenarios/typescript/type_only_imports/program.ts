import type { Row } from "./rows.ts";
import { type Column } from "./columns.ts";
export type { Row };
export default (row?: Row, column?: Column): string => "no import is left";
