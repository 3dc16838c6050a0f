export default async () => {
  const order = [];
  setTimeout(() => { order.push("a"); Promise.resolve().then(() => order.push("microtask of a")); }, 1);
  setTimeout(() => order.push("b"), 1);
  await new Promise((done) => setTimeout(done, 3));
  return order;
};
