const rate = 3;
function helper(n) { return n * rate; }
async function main(input) { return helper(input); }
function unused() { throw new Error("not me"); }
