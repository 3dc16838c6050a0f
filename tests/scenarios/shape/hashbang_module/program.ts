#!/usr/bin/env mayfly
export default (input: { n: number }): number => input.n;
