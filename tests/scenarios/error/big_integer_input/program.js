export default (input) => input > 2 ** 64;
