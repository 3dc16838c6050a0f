// SPDX-License-Identifier: Apache-2.0
enum Code { OutOfStock = "OUT_OF_STOCK", UnknownSku = "UNKNOWN_SKU" }

class OrderError extends Error {
  override name = "OrderError";
  readonly code: Code;
  constructor(code: Code, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

function take(stock: Map<string, number>, sku: string, quantity: number): number {
  const left = stock.get(sku);
  if (left === undefined) throw new OrderError(Code.UnknownSku, `no such article: ${sku}`);
  if (left < quantity) throw new OrderError(Code.OutOfStock, `${quantity} of ${sku} wanted, ${left} left`);
  return left - quantity;
}

export default async function order(): Promise<number> {
  const stock = new Map([["tray", 3], ["kettle", 1]]);
  console.log("taking 2 kettles");
  return take(stock, "kettle", 2);
}
