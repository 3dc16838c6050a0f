const words = "the mayfly and the trout".split(" ");
const lengths = words.map((word) => word.length);
if (lengths.length > 3) {
  ({ longest: Math.max(...lengths) });
}
