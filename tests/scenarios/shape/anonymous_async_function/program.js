async function (input) {
  return [typeof input, input === undefined];
}
