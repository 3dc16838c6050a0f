function fetch(order) {
  return { fetched: order };
}
