const a = await 1; const b = 2; a + b; // the sum
