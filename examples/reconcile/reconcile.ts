// SPDX-License-Identifier: Apache-2.0
// Reconciles a shop's order export (CSV) with the payment processor's payout report (JSON).
// Money is counted in whole cents and turned into units when the report is written; dates are UTC.

const REASONS = ["chargeback", "charged_twice", "cancelled_but_paid", "other_currency", "cents_off", "amount_differs",
  "refund_missing", "refund_differs", "refund_unknown_to_shop"] as const;
type Reason = (typeof REASONS)[number];
type Currency = "EUR" | "USD" | "GBP";
type Kind = "charge" | "refund" | "chargeback" | "fee";
type Cents = number;

interface Payout {
  id: string; type: Kind; currency: string; reference: string | null; description?: string;
  amount: Cents; // refunds, chargebacks and fees come with and without a minus sign
  created: number | string; // seconds since 1970, or ISO 8601
}
interface Input {
  orders: string; payouts: Payout[];
  fx: { base: Currency; rates: Record<string, Record<Currency, number>> };
}

interface Dated { at: Date; month: string; currency: Currency }
interface Order extends Dated {
  key: string; customer: string; status: string;
  due: Cents; // what the customer owed; nothing if the order was cancelled or never completed
  refunded: Cents; // what the shop says it gave back
}
interface Movement extends Dated { id: string; kind: Kind; key: string | null; amount: Cents; source: Payout }

interface Money { amount: number; currency: Currency }
type Flows = Record<"orders" | "ordered" | "charged" | "refunded" | "chargebacks" | "fees" | "net", number>;
type Mismatch = Record<"shop" | "processor" | "difference", number> &
  { order: string; reason: Reason; currency: Currency; detail: string };
interface Report {
  base: Currency;
  counts: Record<"orders" | "repeatedRows" | "payouts" | "repeatedPayouts" | "cleanOrders", number>;
  totals: Partial<Record<Currency, Flows & { gap: number }>>; // gap: charged less refunded, against what the shop says
  months: ({ month: string } & Flows)[]; // in the base currency
  mismatches: Mismatch[];
  unmatchedOrders: ({ order: string; date: string; customer: string } & Money)[];
  orphanPayouts: ({ payout: string; kind: Kind; date: string; reference: string | null; maybe?: string } & Money)[];
  topRefunds: ({ order: string; customer: string; inBase: number } & Money)[];
}

class DataError extends Error {
  override name = "DataError";
}

function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

const by = <T>(...keys: ((item: T) => number | string)[]) => (a: T, b: T): number => {
  for (const key of keys) {
    const [x, y] = [key(a), key(b)];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
};
const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);
const units = (cents: Cents): number => cents / 100;
const day = (at: Date): string => at.toISOString().slice(0, 10);

const formats = new Map<Currency, Intl.NumberFormat>();
function show(cents: Cents, currency: Currency): string {
  const format = formats.get(currency) ?? new Intl.NumberFormat("en-US", { style: "currency", currency });
  formats.set(currency, format);
  return format.format(units(cents));
}

/** RFC 4180: quoted fields may hold commas, line breaks and doubled quotes. Keeps the named columns. */
function parseCsv<Column extends string>(text: string, columns: readonly Column[]): Record<Column, string>[] {
  const rows: string[][] = [];
  const separator = /[,\n]/g;
  let row: string[] = [];
  for (let at = text.startsWith("\uFEFF") ? 1 : 0; at <= text.length; at++) {
    let field = "";
    if (text[at] === '"') {
      for (let glue = ""; text[at] === '"'; glue = '"') {
        const close = text.indexOf('"', at + 1);
        if (close < 0) throw new DataError(`row ${rows.length + 1}: a quote is never closed`);
        field += glue + text.slice(at + 1, close);
        at = close + 1;
      }
    } else {
      const start = (separator.lastIndex = at);
      at = separator.test(text) ? separator.lastIndex - 1 : text.length;
      field = text.slice(start, at);
    }
    row.push(field.trim());
    if (text[at] === ",") continue;
    if (row.some((cell) => cell !== "")) rows.push(row);
    row = [];
  }
  const [header = [], ...body] = rows;
  const places = columns.map((name) => header.indexOf(name));
  if (places.includes(-1)) throw new DataError(`header: expected ${columns.join(", ")}`);
  return body.map((cells, n) => {
    if (cells.length !== header.length) throw new DataError(`row ${n + 2}: ${cells.length} fields`);
    const record = {} as Record<Column, string>;
    columns.forEach((name, column) => (record[name] = cells[places[column]!]!));
    return record;
  });
}

/** "1,249.00", "1.249,00", "24.9", "free" and "" all occur. */
function parseMoney(text: string): Cents {
  if (text === "" || text === "free") return 0;
  const plain = /,\d{1,2}$/.test(text) ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "");
  const cents = Math.round(Number(plain) * 100);
  if (Number.isNaN(cents)) throw new DataError(`orders: cannot read the amount "${text}"`);
  return cents;
}

/** Seconds or ISO 8601 from machines, day/month/year from the till. */
function dated(time: number | string, currencyText: string, where: string): Dated {
  const till = typeof time === "string" && /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d)$/.exec(time);
  const machine = typeof time === "number" ? time * 1000 : time;
  const at = new Date(till ? `${till[3]}-${till[2]}-${till[1]}T${till[4]}Z` : machine);
  if (Number.isNaN(at.getTime())) throw new DataError(`${where}: cannot read the date "${time}"`);
  const currency = (["EUR", "USD", "GBP"] as const).find((known) => known === currencyText.toUpperCase());
  if (!currency) throw new DataError(`${where}: unknown currency "${currencyText}"`);
  return { at, month: at.toISOString().slice(0, 7), currency };
}

/** "SO-10234", "so-10234", "order:SO-10234", "SHOP/so_10234", "SO10234" and "Order #10234" mean the same order. */
function orderKey(reference: string | null): string | null {
  const found = /(?:so[-_]?|#)(\d{5})(?!\d)/i.exec(reference ?? "");
  return found ? `SO-${found[1]}` : null;
}

const COLUMNS = ["order_id", "created", "customer", "status", "currency", "subtotal", "discount", "shipping",
  "refunded"] as const;

function readOrder(row: Record<(typeof COLUMNS)[number], string>): Order {
  const key = orderKey(row.order_id);
  if (!key) throw new DataError(`orders: strange order id "${row.order_id}"`);
  const status = row.status.toLowerCase().replace("canceled", "cancelled");
  const subtotal = parseMoney(row.subtotal);
  const percent = /^([\d.,]+)\s*%$/.exec(row.discount)?.[1]?.replace(",", ".");
  const discount = percent ? Math.round((subtotal * Number(percent)) / 100) : parseMoney(row.discount);
  const total = subtotal - discount + parseMoney(row.shipping);
  const due = status === "cancelled" || status === "pending" ? 0 : total;
  const refunded = row.refunded === "" && status === "refunded" ? total : parseMoney(row.refunded);
  return { key, customer: row.customer, status, due, refunded, ...dated(row.created, row.currency, key) };
}

function readPayout(source: Payout): Movement {
  const { id, type: kind, amount, reference, created, currency } = source;
  return { id, kind, key: orderKey(reference), amount: Math.abs(amount), source, ...dated(created, currency, id) };
}

const ofKind = (moves: readonly Movement[], kind: Kind): Movement[] => moves.filter((move) => move.kind === kind);
const total = (moves: readonly Movement[]): Cents => sum(moves, (move) => move.amount);

function judge({ key: order, status, currency, due, refunded: promised }: Order, moves: Movement[]): Mismatch[] {
  const found: Mismatch[] = [];
  const report = (reason: Reason, expected: Cents, actual: Cents, detail: string): void => {
    const [shop, processor, difference] = [units(expected), units(actual), units(actual - expected)];
    found.push({ order, reason, currency, shop, processor, difference, detail });
  };
  const charges = ofKind(moves, "charge");
  const [charged, refunded] = [total(charges), total(ofKind(moves, "refund"))];
  const excess = charged - due;

  for (const { amount, source } of ofKind(moves, "chargeback")) {
    report("chargeback", due, charged - refunded - amount, source.description ?? "no reason given");
  }
  const foreign = charges.find((charge) => charge.currency !== currency);
  if (foreign) {
    const detail = `charged ${show(charged, foreign.currency)} for an order of ${show(due, currency)}`;
    report("other_currency", due, total(charges.filter((charge) => charge.currency === currency)), detail);
  } else if (excess > 0 && refunded - promised === excess) {
    return found; // charged too much, and already given back
  } else if (due === 0 && charged > refunded) {
    report("cancelled_but_paid", 0, charged - refunded, `status ${status}, ${show(charged - refunded, currency)} kept`);
  } else {
    if (charges.length > 1 && charged === charges.length * due) {
      report("charged_twice", due, charged, charges.map((charge) => charge.id).join(" and "));
    } else if (excess !== 0) {
      const detail = `${show(Math.abs(excess), currency)} too ${excess > 0 ? "much" : "little"}`;
      report(Math.abs(excess) <= 5 ? "cents_off" : "amount_differs", due, charged, detail);
    }
    if (refunded !== promised) {
      const reason = refunded === 0 ? "refund_missing" : promised === 0 ? "refund_unknown_to_shop" : "refund_differs";
      const detail = `shop says ${show(promised, currency)}, processor ${show(refunded, currency)}`;
      report(reason, promised, refunded, detail);
    }
  }
  return found;
}

function flows(orders: Order[], moves: Movement[], worth: (item: Dated, cents: Cents) => Cents): Flows {
  const of = (kind: Kind): Cents => sum(ofKind(moves, kind), (move) => worth(move, move.amount));
  const [charged, refunded, chargebacks, fees] = [of("charge"), of("refund"), of("chargeback"), of("fee")];
  return {
    orders: orders.length, ordered: units(sum(orders, (order) => worth(order, order.due))),
    charged: units(charged), refunded: units(refunded), chargebacks: units(chargebacks), fees: units(fees),
    net: units(charged - refunded - chargebacks - fees),
  };
}

/** The one order without a charge that a stray charge fits: same sum, same currency, at most three days apart. */
function likelyOrder({ kind, amount, currency, at }: Movement, unpaid: Order[]): { maybe?: string } {
  const fits = unpaid.filter((order) => kind === "charge" && order.due === amount && order.currency === currency &&
    Math.abs(order.at.getTime() - at.getTime()) <= 3 * 86_400_000);
  return fits.length === 1 ? { maybe: fits[0]!.key } : {};
}

export default async function reconcile({ orders: csv, payouts, fx }: Input): Promise<Report> {
  const rows = parseCsv(csv, COLUMNS);
  const orders = [...new Map(rows.map(readOrder).map((order) => [order.key, order])).values()]; // the last row counts
  const moves = [...new Map(payouts.map((payout) => [payout.id, readPayout(payout)])).values()];
  console.log(`read ${rows.length} rows as ${orders.length} orders, ${payouts.length} payouts as ${moves.length}`);

  const known = new Set(orders.map(({ key }) => key));
  const perOrder = groupBy(moves, ({ key }) => (key !== null && known.has(key) ? key : null));
  const movesOf = ({ key }: Order): Movement[] => perOrder.get(key) ?? [];
  const unpaid = new Set(orders.filter((order) => order.due > 0 && ofKind(movesOf(order), "charge").length === 0));
  const strays = (perOrder.get(null) ?? []).filter(({ kind }) => kind !== "fee"); // monthly fees belong to no order

  const mismatches = orders.flatMap((order) => (unpaid.has(order) ? [] : judge(order, movesOf(order))))
    .sort(by(({ reason }) => REASONS.indexOf(reason), ({ difference }) => -Math.abs(difference), ({ order }) => order));
  for (const [reason, group] of groupBy(mismatches, (mismatch) => mismatch.reason)) {
    console.warn(`${reason.padEnd(24)}${String(group.length).padStart(3)}`, group.map(({ order }) => order));
  }

  const totals: Report["totals"] = {};
  for (const [currency, own] of [...groupBy(orders, (order) => order.currency)].sort(by(([name]) => name))) {
    const moved = moves.filter((move) => move.currency === currency);
    const expected = sum(own, ({ due, refunded }) => (due > 0 ? due - refunded : 0));
    const gap = units(total(ofKind(moved, "charge")) - total(ofKind(moved, "refund")) - expected);
    totals[currency] = { ...flows(own, moved, (_, cents) => cents), gap };
    console.log(currency, totals[currency]);
  }

  const inBase = ({ month, currency }: Dated, cents: Cents): Cents => {
    const rate = fx.rates[month]?.[currency];
    if (!rate) throw new DataError(`fx: no ${currency} rate for ${month}`);
    return Math.round(cents / rate);
  };
  const [ordersIn, movesIn] = [groupBy(orders, (order) => order.month), groupBy(moves, (move) => move.month)];
  const months = [...new Set([...ordersIn.keys(), ...movesIn.keys()])].sort()
    .map((month) => ({ month, ...flows(ordersIn.get(month) ?? [], movesIn.get(month) ?? [], inBase) }));
  const refunded = orders.map((order) => ({ ...order, refunds: ofKind(movesOf(order), "refund") }));
  const topRefunds = refunded.filter(({ refunds }) => refunds.length > 0)
    .map(({ key, customer, currency, refunds }) => {
      const base = sum(refunds, (refund) => inBase(refund, refund.amount));
      return { order: key, customer, amount: units(total(refunds)), currency, inBase: units(base) };
    })
    .sort(by((refund) => -refund.inBase, (refund) => refund.order)).slice(0, 5);

  return {
    base: fx.base,
    counts: {
      orders: orders.length, repeatedRows: rows.length - orders.length,
      payouts: moves.length, repeatedPayouts: payouts.length - moves.length,
      cleanOrders: orders.length - unpaid.size - new Set(mismatches.map(({ order }) => order)).size,
    },
    totals, months, mismatches,
    unmatchedOrders: [...unpaid].sort(by(({ key }) => key))
      .map(({ key, at, customer, due, currency }) =>
        ({ order: key, date: day(at), customer, amount: units(due), currency })),
    orphanPayouts: strays.sort(by(({ at }) => at.getTime(), ({ id }) => id)).map((stray) => {
      const { id, kind, at, source: { reference }, amount, currency } = stray;
      const maybe = likelyOrder(stray, [...unpaid]);
      return { payout: id, kind, date: day(at), reference, amount: units(amount), currency, ...maybe };
    }),
    topRefunds,
  };
}
