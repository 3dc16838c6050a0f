const x = await 1;
function twice(n) { return n * 2; }
