export default () => {
  const buffer = new Uint8Array([1, 2, 3]).buffer;
  const moved = structuredClone({ buffer }, { transfer: [buffer] });
  const again = (() => { try { structuredClone(buffer); } catch (error) { return error.name; } })();
  return { left: buffer.byteLength, detached: buffer.detached, moved: [...new Uint8Array(moved.buffer)], again };
};
