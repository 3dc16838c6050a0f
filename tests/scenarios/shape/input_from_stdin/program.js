export default (input) => input.n + 1;
