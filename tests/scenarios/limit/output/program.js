export default (size) => "x".repeat(size);
