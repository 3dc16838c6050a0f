// SPDX-License-Identifier: Apache-2.0
async (input) => {
  const prices = input?.prices ?? [19.9, 5.25, 42];
  const total = prices.reduce((sum, price) => sum + Math.round(price * 100), 0);
  console.log(`${prices.length} prices`);
  return { cents: total };
}
