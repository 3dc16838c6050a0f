// SPDX-License-Identifier: Apache-2.0
type Stock = { sku: string; left: number };

async function stockOf(sku: string): Promise<Stock> {
  await Promise.resolve();
  return { sku, left: (sku.charCodeAt(0) * 7) % 10 };
}

const stocks = await Promise.all(["apron", "bowl", "candle"].map(stockOf));
const low = stocks.filter((stock) => stock.left < 5).map((stock) => stock.sku);
export default low;
