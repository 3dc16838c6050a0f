import _ from "lodash";
export default () => _.chunk([1, 2], 1);
