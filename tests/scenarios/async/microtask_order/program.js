export default async () => {
  const order = [];
  setTimeout(() => order.push("timer"), 0);
  queueMicrotask(() => { order.push("micro 1"); queueMicrotask(() => order.push("micro 3")); });
  Promise.resolve().then(() => order.push("micro 2"));
  (async () => { order.push("sync in async"); await null; order.push("after await"); })();
  order.push("sync");
  await new Promise((done) => setTimeout(done, 2));
  return order;
};
