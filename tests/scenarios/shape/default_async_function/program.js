export default async function greet(input) {
  await null;
  return { hello: input.name };
}
