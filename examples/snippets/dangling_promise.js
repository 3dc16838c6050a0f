// SPDX-License-Identifier: Apache-2.0
// forEach does not wait for async callbacks: the result is returned before anything is saved.
async function save(record) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log("saved", record.id);
  return record.id;
}

export default async function saveAll() {
  const saved = [];
  [{ id: 1 }, { id: 2 }, { id: 3 }].forEach(async (record) => saved.push(await save(record)));
  return { saved: saved.length };
}
