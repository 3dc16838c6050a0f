export default {
  async fetch(request, env, ctx) {
    const body = request.method === "POST" ? ` ${await request.text()}` : "";
    ctx.waitUntil(Promise.resolve(env));
    return new Response(`${request.method} ${request.url}${body}`);
  },
  scheduled(event, env, ctx) { return [event, ctx.waitUntil.name]; },
};
