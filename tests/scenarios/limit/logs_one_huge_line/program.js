console.log("y".repeat(10_000_000));
console.log("after");
"done";
