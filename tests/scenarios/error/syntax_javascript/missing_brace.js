function total(items) {
  for (const item of items) {
    console.log(item);
