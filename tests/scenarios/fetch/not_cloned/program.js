export default () => [new Headers(), new Request("http://a.example/"), new Response("x"), new FormData()].map((value) => {
  try {
    return structuredClone({ value });
  } catch (error) {
    return [error instanceof DOMException, error.name];
  }
});
