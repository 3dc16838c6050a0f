interface Order { id: number; items: { price: number; quantity: number }[] }
type Totals = Record<string, number>;
declare function unused(): void;

export default function total(order: Order, totals: Totals = {}): number {
  const value = (order as Order).items!.reduce((sum: number, item: Order["items"][number]): number => sum + item.price, 0);
  const rounded: number = Math.round(value);
  return (totals as unknown as { missing: { deep: number } }).missing.deep + rounded;
}
