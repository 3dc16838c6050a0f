export default new Promise((resolve) => queueMicrotask(() => resolve(7)));
