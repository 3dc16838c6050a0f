export default async () => {
  const log = [];
  const cleared = setTimeout(() => log.push("cleared"), 1);
  clearTimeout(cleared);
  clearTimeout(cleared);
  clearTimeout(undefined);
  clearTimeout(999999);
  clearInterval("no such id");
  const first = setTimeout(() => { log.push("first"); clearTimeout(second); }, 1);
  const second = setTimeout(() => log.push("second"), 1);
  let ticks = 0;
  const interval = setInterval((step, label) => {
    ticks += step;
    if (ticks === 3) { clearInterval(interval); log.push(label); }
  }, 1, 1, "three ticks");
  const crossed = setInterval(() => log.push("clearTimeout clears intervals too"), 1);
  clearTimeout(crossed);
  await new Promise((done) => setTimeout(done, 30));
  return { log, kinds: [typeof cleared, first !== second], ticks };
};
