export default (input, env, ctx) => {
  ctx.waitUntil(new Promise(() => setInterval(() => {}, 10)));
  return "early";
};
