async function save(record) {
  await null;
  throw new Error(`cannot save ${record.id}`);
}
export default async () => {
  [{ id: 1 }].forEach(save);
  await new Promise((done) => setTimeout(done, 1));
  return "saved";
};
