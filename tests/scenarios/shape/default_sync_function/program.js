export default (input) => input.map((n) => n * 2);
