export default () => {
  for (let i = 0; i < 1000; i++) console.log(`line ${i}`, "x".repeat(40));
  return "finished";
};
