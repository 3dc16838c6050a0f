export default () => new Promise(() => setInterval(() => console.log("tick"), 20));
