export default () => [navigator.userAgent, navigator.hardwareConcurrency, navigator.language, navigator.languages,
  self === globalThis, Object.keys(globalThis).includes("self"), Object.prototype.toString.call(navigator)];
