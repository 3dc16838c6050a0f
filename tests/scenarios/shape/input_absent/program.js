export default (input, ...more) => [input === undefined, more.length];
