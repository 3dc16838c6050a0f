// SPDX-License-Identifier: Apache-2.0
interface Item { name: string; price: number }

export default function total(items: Item[]): number {
  const sum = items.reduce((sum: number, item: Item) => sum + item.price, 0;
  return sum;
}
