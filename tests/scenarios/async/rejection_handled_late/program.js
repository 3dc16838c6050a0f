export default async () => {
  const failing = Promise.reject(new Error("handled in the same turn"));
  await null;
  await Promise.resolve();
  try {
    await failing;
  } catch (error) {
    return error.message;
  }
};
