export default () => new Promise((_, reject) => setTimeout(() => reject(new RangeError("later")), 2));
