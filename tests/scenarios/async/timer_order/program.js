export default async () => {
  const order = [];
  const note = (text) => order.push(text);
  setTimeout(note, 20, "20");
  setTimeout(note, 5, "5, first");
  setTimeout(note, 5, "5, second");
  setTimeout(note, 0, "0");
  setTimeout(note, -1, "negative");
  setTimeout(note, "7", "text");
  setTimeout(note, NaN, "NaN");
  setTimeout(note);
  await new Promise((done) => setTimeout(done, 40));
  return order;
};
