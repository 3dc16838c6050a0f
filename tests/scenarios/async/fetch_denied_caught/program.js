export default async () => {
  try {
    await fetch("https://example.com/");
  } catch (error) {
    return { name: error.name, code: error.code, isTypeError: error instanceof TypeError };
  }
};
