export default () => {
  let count = 0;
  try {
    for (;;) { setTimeout(() => {}, 1000); count++; }
  } catch (error) {
    return [error.name, count];
  }
};
