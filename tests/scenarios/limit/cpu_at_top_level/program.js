console.log("at top level");
for (;;);
