export default (input, env, ctx) => {
  ctx.waitUntil(Promise.reject(new Error("first")));
  ctx.waitUntil(new Promise((_, reject) => setTimeout(() => reject(new Error("second")), 1)));
  return "early";
};
