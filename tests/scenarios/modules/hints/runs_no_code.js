globalThis.Helpers = new Proxy({}, { ownKeys() { console.log("ran"); return []; }, getOwnPropertyDescriptor() { console.log("ran"); } });
export default () => Helpers.lod();
