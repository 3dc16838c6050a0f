export default async () => {
  const socket = new WebSocket("wss://a.example/feed");
  await new Promise((resolve) => { socket.onopen = resolve; });
};
