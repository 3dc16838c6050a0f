import rates from "./rates.json" with { type: "json" };
export default () => rates;
