const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
console.log(factorial(21), -(2 ** 63) * 2);
export default () => [factorial(21), 2 ** 64, factorial(25)];
