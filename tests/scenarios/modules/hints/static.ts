interface Row { n: number }

export default (): Row => {
  const text: string = "{}";
  return JSON.prase(text) as Row;
};
