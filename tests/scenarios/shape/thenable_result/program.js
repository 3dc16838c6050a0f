export default () => ({ then(resolve) { resolve(["thenable", "awaited"]); } });
