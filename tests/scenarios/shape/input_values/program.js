export default (input) => ({ type: typeof input, input });
