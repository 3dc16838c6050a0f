export default (input, env, ctx) => {
  ctx.waitUntil(new Promise((resolve) => setTimeout(resolve, 5)).then(() => console.log("late")));
  return "early";
};
