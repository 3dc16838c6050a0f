// SPDX-License-Identifier: Apache-2.0
// Collects all invoices page by page, but never moves the cursor on. The CPU limit ends it.

interface Invoice { id: number; cents: number }
interface Page { items: Invoice[]; next: number | null }

const invoices: Invoice[] = Array.from({ length: 95 }, (_, i) => ({ id: 1000 + i, cents: 500 + ((i * 37) % 900) }));

function fetchPage(cursor: number, size = 20): Page {
  const end = cursor + size;
  return { items: invoices.slice(cursor, end), next: end < invoices.length ? end : null };
}

export default function collect(): { count: number; cents: number } {
  const cursor = 0;
  const seen = new Map<number, Invoice>();
  for (let pages = 1; ; pages++) {
    const page = fetchPage(cursor);
    for (const invoice of page.items) seen.set(invoice.id, invoice);
    if (pages <= 3) console.log(`page ${pages}: ${page.items.length} invoices, ${seen.size} in all, next ${page.next}`);
    if (page.next === null) break; // never: `cursor = page.next` is missing
  }
  return { count: seen.size, cents: [...seen.values()].reduce((sum, invoice) => sum + invoice.cents, 0) };
}
