export default async () => {
  for await (const chunk of new ReadableStream({ start(controller) { controller.enqueue(1); } })) console.log(chunk);
};
