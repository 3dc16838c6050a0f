// SPDX-License-Identifier: Apache-2.0
export default function hello({ n }: { n: number }): { n: number; squares: number[]; sum: number } {
  const squares = Array.from({ length: n }, (_, i) => (i + 1) ** 2);
  return { n, squares, sum: squares.reduce((total, square) => total + square, 0) };
}
