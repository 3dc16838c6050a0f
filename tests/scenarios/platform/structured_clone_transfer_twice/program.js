export default () => {
  const buffer = new ArrayBuffer(1);
  try {
    structuredClone(buffer, { transfer: [buffer, buffer] });
  } catch (error) {
    return [error.name, buffer.byteLength];
  }
};
