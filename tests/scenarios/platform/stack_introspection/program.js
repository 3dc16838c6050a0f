export default () => {
  Error.stackTraceLimit = 100;
  const frames = [];
  Error.prepareStackTrace = (error, sites) => {
    for (const site of sites) frames.push([site.getFileName(), site.getThis() === undefined, site.getFunction() === undefined]);
    return "prepared";
  };
  const text = new Error("x").stack;
  return { text, files: [...new Set(frames.map(([file]) => file))], hidden: frames.every(([, self, fn]) => self && fn) };
};
