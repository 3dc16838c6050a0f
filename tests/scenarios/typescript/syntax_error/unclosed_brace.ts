export default function run(n: number) {
  if (n > 1) {
    return n;
}
