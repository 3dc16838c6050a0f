// SPDX-License-Identifier: Apache-2.0
function countWords(text) {
  const counts = new Map();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function main(input) {
  const counts = countWords(input?.text ?? "the mayfly and the trout and the river");
  return Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 3));
}
