// SPDX-License-Identifier: Apache-2.0
interface Input { words?: string[] }

export default async function longest({ words = ["mayfly", "ephemera", "nymph"] }: Input = {}): Promise<string> {
  const [first] = [...words].sort((a, b) => b.length - a.length || a.localeCompare(b));
  return first ?? "";
}
