export default () => {
  setTimeout(() => console.log("never"), 10);
  setInterval(() => console.log("never"), 10);
  return "done";
};
