const hold = [];
export default (megabytes) => {
  for (let i = 0; i < megabytes; i++) hold.push(new Uint8Array(1 << 20).fill(1));
  return hold.length;
};
