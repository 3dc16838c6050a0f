export default () => {
  try { new URL("::"); } catch (error) { console.log(error); new URL("::"); }
};
