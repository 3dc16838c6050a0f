// SPDX-License-Identifier: Apache-2.0
// Writes orders.csv, payouts.json and fx.json next to this file: `node make_data.ts`.
// Seeded and free of clocks: the same file gives the same bytes. Every defect that reconcile.ts has to find is planted
// here on purpose, and the list of what was planted is printed, so that the report can be checked against it.
import { writeFileSync } from "node:fs";

type Currency = "EUR" | "USD" | "GBP";
type Line = { name: string; quantity: number; cents: number };
type Order = {
  key: string; at: number; pos: boolean; customer: string; email: string; lines: Line[]; currency: Currency;
  discount: string; shipping: number; total: number; state: "paid" | "refunded" | "partial" | "cancelled" | "pending";
  refunded: number; note: string;
};
type Payout = {
  id: string; type: "charge" | "refund" | "chargeback" | "fee"; amount: number; currency: string;
  reference: string | null; created: number | string; batch: string; description?: string;
};

// mulberry32: small, well mixed, the same on every machine
let seed = 0x5eed2025;
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n: number): number => Math.floor(random() * n);
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
const chance = (p: number): boolean => random() < p;

const CUSTOMERS = [
  "Zoë Brontë", "Søren Kjær", "Łukasz Wójcik", "Óscar Peña", "Aoife O'Neill", "Müller, Jürgen", "Robert \"Bob\" Hart",
  "山田 花子", "Nguyễn Thị Hoa", "Иван Петров", "Αθηνά Παππά", "Anna Schmidt", "Marie-Claire Dubois", "José Álvarez",
  "Grace Adeyemi", "Tom Baker", "Priya Nair", "Ida Nyström", "Chloé Lefèvre", "Paweł Zieliński", "Hannah Weiss",
  "Smith, John (Accounts)", "Fatma Yılmaz", "Luca Rossi", "Emily Clarke", "Björk Jónsdóttir", "Daniel Kim",
  "Elif Şahin", "Ana Horvat", "Žofie Dvořáková", "Bar & Küche GmbH, Einkauf", "Peter Novák", "Olivia Martin",
  "The \"Little\" Tea Room, Ltd.", "Sofia Costa", "Ruth Cohen", "Mateusz Lis", "Kerstin Groß", "Will Turner-Hughes",
];
const PRODUCTS: readonly [string, number][] = [
  ["Walnut tray", 3900], ["Linen apron, L", 4250], ["Linen apron, M", 4250], ["Oak shelf 24\"", 11900],
  ["Stoneware mug", 1850], ["Beeswax candle", 1290], ["Wool throw", 12900], ["Copper kettle", 18950],
  ["Brass hook, pair", 1590], ["Cast-iron pan 10\"", 8490], ["Recipe notebook", 1495], ["Café bowl", 2240],
  ["Dining chair, ash", 34900], ["Tea towel", 1190], ["Glass carafe", 3375],
];
const NOTES = [
  "Leave with the neighbour\nRing twice, please", "🎁 gift wrap", "VAT no. on invoice, please",
  "Customer said \"no rush\"",
  "Address:\n12 Rue de l'Église\n75010 Paris", "phone order", "Lieferung nur vormittags; Klingel defekt",
  "repeat customer",
];
const LOCAL_PRICE: Record<Currency, number> = { EUR: 1, USD: 1.1, GBP: 0.86 };
const BASE_FEE: Record<Currency, number> = { EUR: 25, USD: 30, GBP: 20 };
const DAY = 86400;
const START = Date.UTC(2025, 8, 1) / 1000;
const SPAN = 122 * DAY; // 1 September to 31 December 2025

const subtotalOf = (lines: Line[]): number => lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);

function discountOf(subtotal: number, discount: string): number {
  if (discount.endsWith("%")) return Math.round((subtotal * Number(discount.slice(0, -1))) / 100);
  return discount === "" ? 0 : Math.round(Number(discount) * 100);
}

function makeOrder(index: number): Order {
  const currency: Currency = chance(0.56) ? "EUR" : chance(0.5) ? "USD" : "GBP";
  const lines: Line[] = [];
  for (let n = 1 + below(3); n > 0; n--) {
    const [name, cents] = pick(PRODUCTS);
    if (lines.some((line) => line.name === name)) continue;
    const quantity = chance(0.6) ? 1 : 2 + below(5);
    lines.push({ name, quantity, cents: Math.round((cents * LOCAL_PRICE[currency]) / 5) * 5 });
  }
  const subtotal = subtotalOf(lines);
  let discount = "";
  if (!chance(0.72)) {
    const fixed = subtotal > 4000 && chance(0.3);
    discount = pick(fixed ? ["5.00", "7.50", "10.00"] : ["10%", "12.5%", "15%", "20%"]);
  }
  const pos = chance(0.2);
  const shipping = pos || subtotal > 15000 ? 0 : pick([490, 690, 1250]);
  const roll = random();
  const state =
    roll < 0.035 ? "refunded" : roll < 0.075 ? "partial" : roll < 0.165 ? "cancelled" : roll < 0.2 ? "pending" : "paid";
  const total = subtotal - discountOf(subtotal, discount) + shipping;
  const who = below(CUSTOMERS.length);
  const at = START + Math.floor(((index + random() * 0.9) / 404) * SPAN);
  let refunded = state === "refunded" ? total : 0;
  if (state === "partial") refunded = Math.max(100, Math.round((total * pick([20, 25, 30, 50])) / 10000) * 100);
  return {
    key: `SO-${10200 + index}`, at, pos, currency, lines, discount, shipping, total, state, refunded,
    customer: CUSTOMERS[who]!, email: `customer${1000 + who * 7}@example.com`, note: chance(0.14) ? pick(NOTES) : "",
  };
}

// --- the shop's export -------------------------------------------------------------------------------------------

const grouped = (digits: string, mark: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, mark);

/** Web orders print 1,249.00; the till prints 1.249,00. */
function money(cents: number, pos: boolean): string {
  const whole = String(Math.floor(cents / 100));
  const rest = String(cents % 100).padStart(2, "0");
  return pos ? `${grouped(whole, ".")},${rest}` : `${grouped(whole, ",")}.${rest}`;
}

function dateText(at: number, pos: boolean): string {
  const iso = new Date(at * 1000).toISOString();
  if (!pos) return `${iso.slice(0, 19)}Z`;
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 16)}`;
}

const STATE_TEXT: Record<Order["state"], readonly string[]> = {
  paid: ["paid", "paid", "Paid", "fulfilled", "fulfilled", "PAID "], refunded: ["refunded", "Refunded"],
  partial: ["partially_refunded", "Partially refunded"], cancelled: ["cancelled", "canceled", "Cancelled"],
  pending: ["pending"],
};

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function orderRow(order: Order): string {
  const { pos, discount } = order;
  const shipping = order.shipping > 0 ? money(order.shipping, pos) : pos ? "" : chance(0.5) ? "free" : "0.00";
  const silent = order.refunded === 0 || (order.state === "refunded" && chance(0.4));
  const refundText = silent ? "" : money(order.refunded, pos);
  return [
    order.key, dateText(order.at, pos), chance(0.06) ? ` ${order.customer} ` : order.customer, order.email,
    order.lines.map((line) => `${line.quantity}x ${line.name}`).join("; "), pick(STATE_TEXT[order.state]),
    chance(0.07) ? order.currency.toLowerCase() : order.currency, money(subtotalOf(order.lines), pos),
    pos ? discount.replace(".", ",").replace("%", " %") : discount, shipping, refundText, order.note,
  ].map(quoted).join(",");
}

// --- the processor's report --------------------------------------------------------------------------------------

const payouts: Payout[] = [];
let serial = 0x3a7000;

function referenceText(key: string): string {
  const digits = key.slice(3);
  if (chance(0.8)) return key;
  return pick([key.toLowerCase(), `order:${key}`, `SHOP/so_${digits}`, `SO${digits}`, `Order #${digits}`, ` ${key} `]);
}

function pay(
  type: Payout["type"], amount: number, currency: string, reference: string | null, at: number, description?: string,
): Payout {
  serial += 1 + below(200);
  const batchDay = new Date((Math.floor(at / DAY) + 2) * DAY * 1000).toISOString().slice(0, 10);
  const payout: Payout = {
    id: `${{ charge: "ch", refund: "re", chargeback: "cb", fee: "fee" }[type]}_${serial.toString(36)}`, type, amount,
    currency: chance(0.1) ? currency : currency.toLowerCase(), reference,
    created: chance(0.08) ? new Date(at * 1000).toISOString() : at, batch: `po_${batchDay}`,
  };
  if (description !== undefined) payout.description = description;
  payouts.push(payout);
  return payout;
}

// --- planting ----------------------------------------------------------------------------------------------------

const orders = Array.from({ length: 404 }, (_, index) => makeOrder(index));

/** Takes `count` orders in the given state that carry no defect yet. */
const taken = new Set<string>();
function take(label: string, count: number, state: Order["state"], fits = (_: Order): boolean => true): Set<string> {
  const pool = orders.filter((order) => order.state === state && !taken.has(order.key) && fits(order));
  if (pool.length < count) throw new Error(`only ${pool.length} orders for ${label}`);
  const keys: string[] = [];
  while (keys.length < count) keys.push(pool.splice(below(pool.length), 1)[0]!.key);
  keys.forEach((key) => taken.add(key));
  planted[label] = keys.sort();
  return new Set(keys);
}
const planted: Record<string, string[]> = {};

const missing = take("no charge", 7, "paid");
const mistyped = take("charge under a mistyped reference", 3, "paid");
const cents = take("cents off", 6, "paid");
const noShipping = take("shipping not charged", 2, "paid", (order) => order.shipping > 0);
const noDiscount = take("discount not applied", 2, "paid", (order) => order.discount.endsWith("%"));
const twice = take("charged twice", 4, "paid");
const twiceSettled = take("charged twice, second one given back (fine)", 1, "paid");
const otherCurrency = take("charged in another currency", 2, "paid", (order) => order.currency === "GBP");
const refundInTwo = take("refund in two parts (fine)", 2, "refunded");
const refundMissing = take("refund never sent", 3, "refunded");
const refundShort = take("refund differs", 2, "partial");
const refundUnknown = take("refund the shop does not know", 3, "paid");
const cancelledPaid = take("cancelled but paid", 3, "cancelled");
const cancelledSettled = take("cancelled, charge given back (fine)", 4, "cancelled");
const chargedBack = take("chargeback", 5, "paid");

for (const order of orders) {
  const { key, total, currency } = order;
  if (order.state === "pending" || missing.has(key)) continue;
  if (order.state === "cancelled" && !cancelledPaid.has(key) && !cancelledSettled.has(key)) continue;
  const at = order.pos ? (Math.floor(order.at / DAY) + 1) * DAY + 3600 + below(600) : order.at + 4 + below(900);
  const later = at + (2 + below(20)) * DAY + below(DAY);
  const subtotal = subtotalOf(order.lines);
  let amount = total;
  if (cents.has(key)) amount += pick([-3, -2, -1, 1, 2]);
  if (noShipping.has(key)) amount -= order.shipping;
  if (noDiscount.has(key)) amount += discountOf(subtotal, order.discount);
  const reference = mistyped.has(key) ? `${key.slice(0, 4)}O${key.slice(5)}` : referenceText(key);
  pay("charge", amount, otherCurrency.has(key) ? "USD" : currency, reference, at);
  if (twice.has(key) || twiceSettled.has(key)) pay("charge", amount, currency, reference, at + 20 + below(60));
  if (twiceSettled.has(key) || cancelledSettled.has(key)) {
    pay("refund", -amount, currency, referenceText(key), at + 7200);
  }
  if (refundUnknown.has(key)) {
    pay("refund", -Math.round(total / 200) * 100, currency, referenceText(key), later, "goodwill");
  }
  if (order.refunded > 0 && !refundMissing.has(key)) {
    const refund = refundShort.has(key) ? order.refunded - 100 : order.refunded;
    const first = refundInTwo.has(key) ? Math.floor(refund / 3) : 0;
    // The processor's old interface wrote refunds without a sign.
    if (first > 0) pay("refund", -first, currency, referenceText(key), later - DAY);
    pay("refund", chance(0.2) ? refund - first : first - refund, currency, referenceText(key), later);
  }
  if (chargedBack.has(key)) {
    pay("chargeback", -amount, currency, key, later + 9 * DAY, pick(["fraudulent", "product not received"]));
    pay("fee", -(currency === "USD" ? 1500 : 1200), currency, key, later + 9 * DAY, "Dispute fee");
  }
}

const ORPHANS: readonly [Payout["type"], number, Currency, string | null, number, string?][] = [
  ["charge", 4900, "EUR", "INV-2291", 31], ["charge", 12550, "USD", "SO-99012", 44],
  ["charge", 2500, "GBP", "gift card top-up", 77], ["charge", 6120, "EUR", null, 96, "Payment link"],
  ["refund", -3300, "EUR", "so-08841", 12, "order from the old shop"],
  ["chargeback", -8790, "USD", "SO-09977", 58, "fraudulent"],
];
planted["orphans"] = ORPHANS.map(([type, amount, currency, reference, day, description]) =>
  pay(type, amount, currency, reference, START + day * DAY + below(DAY), description).id);

for (const [month, days] of [["2025-09", 29], ["2025-10", 60], ["2025-11", 90], ["2025-12", 121]] as const) {
  for (const currency of ["EUR", "USD", "GBP"] as const) {
    const charges = payouts.filter((p) => p.type === "charge" && p.currency.toUpperCase() === currency &&
      new Date(typeof p.created === "number" ? p.created * 1000 : p.created).toISOString().startsWith(month));
    const fee = charges.reduce((sum, p) => sum + Math.round(p.amount * 0.015) + BASE_FEE[currency], 0);
    pay("fee", -fee, currency, null, START + days * DAY + 82800, `Processing fees ${month}`);
  }
}

const secondsOf = (payout: Payout): number =>
  typeof payout.created === "number" ? payout.created : Date.parse(payout.created) / 1000;
payouts.sort((a, b) => secondsOf(a) - secondsOf(b) || (a.id < b.id ? -1 : 1));

// Pages of the report overlap: some objects come twice, under the same id.
const doubled = [60, 61, 62, 181, 290, 333].map((index) => payouts[index]!);
planted["payout listed twice"] = doubled.map((payout) => payout.id);
const report = payouts.flatMap((payout, index) =>
  doubled.includes(payout) && index > 62 ? [payout, payout] : [payout]);
report.splice(63, 0, ...doubled.slice(0, 3));

// The export overlaps too; and three orders stand in it as they were before their refund, above the newer row.
const stale = orders.filter((order) => order.state === "refunded" && !taken.has(order.key)).slice(0, 3);
planted["order row before its refund"] = stale.map((order) => order.key);
const rows: string[] = [];
const repeats: string[] = [];
orders.forEach((order, index) => {
  if (stale.includes(order)) rows.push(orderRow({ ...order, state: "paid", refunded: 0 }));
  const row = orderRow(order);
  rows.push(row);
  if (index === 120) rows.push(...rows.slice(-5));
  if ([37, 222, 223, 389].includes(index)) repeats.push(row);
});
planted["order row repeated"] = [
  ...orders.slice(116, 121).map((order) => order.key), ...repeats.map((row) => row.slice(0, 8)),
];
rows.splice(300, 0, "");
rows.push(...repeats);

const HEADER = "order_id,created,customer,email,items,status,currency,subtotal,discount,shipping,refunded,note";
const fx = {
  base: "EUR", source: "monthly averages, units of currency for one EUR",
  rates: {
    "2025-09": { EUR: 1, USD: 1.1732, GBP: 0.8691 }, "2025-10": { EUR: 1, USD: 1.1634, GBP: 0.8713 },
    "2025-11": { EUR: 1, USD: 1.1561, GBP: 0.8798 }, "2025-12": { EUR: 1, USD: 1.1709, GBP: 0.8751 },
    "2026-01": { EUR: 1, USD: 1.1738, GBP: 0.8687 },
  },
};

const write = (name: string, text: string): void => writeFileSync(new URL(name, import.meta.url), text);
write("orders.csv", `\uFEFF${HEADER}\n${rows.join("\n")}\n,,,,,,,,,,,\n\n\n`);
write("payouts.json", `[\n${report.map((payout) => JSON.stringify(payout)).join(",\n")}\n]\n`);
write("fx.json", `${JSON.stringify(fx, null, 2)}\n`);
console.log(`${rows.length - 1} order rows, ${report.length} payouts; planted:`);
for (const [label, keys] of Object.entries(planted)) console.log(`  ${label}: ${keys.join(" ")}`);
