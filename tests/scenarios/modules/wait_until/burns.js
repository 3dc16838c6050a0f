export default (input, env, ctx) => {
  ctx.waitUntil(Promise.resolve().then(() => new Promise((resolve) => setTimeout(resolve, 1))).then(() => { for (;;); }));
  return "early";
};
