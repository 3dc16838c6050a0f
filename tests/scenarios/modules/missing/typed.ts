interface Row { n: number }

import { day } from "./lib/datse.ts";
export default (row: Row) => day(row.n);
