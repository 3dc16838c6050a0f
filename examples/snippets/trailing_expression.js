// SPDX-License-Identifier: Apache-2.0
const readings = [12.1, 11.8, 13.4, 55.0, 12.5, 12.2];
const sorted = readings.toSorted((a, b) => a - b);
const median = (sorted[2] + sorted[3]) / 2;
const outliers = readings.filter((reading) => Math.abs(reading - median) > 10);
console.log("median", median);
({ median, outliers });
