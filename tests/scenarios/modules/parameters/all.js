export default (input, env, ctx) => [input, env, typeof ctx];
