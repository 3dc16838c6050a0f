// SPDX-License-Identifier: Apache-2.0
// Asks a web API for customers. Nothing granted this program any network, so the request is refused.

interface Customer { id: string; email: string; country: string }

const API_KEY = "example-key-not-a-real-one";

export default async function countByCountry(): Promise<Record<string, number>> {
  const url = "https://api.example.com/v1/customers?limit=100";
  console.log(`asking ${url}`);
  const response = await fetch(url, { headers: { authorization: `Bearer ${API_KEY}`, accept: "application/json" } });
  console.log(`answer: ${response.status}`); // not reached
  const { data } = (await response.json()) as { data: Customer[] };
  const counts: Record<string, number> = {};
  for (const { country } of data) counts[country] = (counts[country] ?? 0) + 1;
  return counts;
}
