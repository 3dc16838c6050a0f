function busy() {
  let n = 0;
  while (true) {
    n = (n + 1) % 1000;
  }
}
export default function run() {
  busy();
}
