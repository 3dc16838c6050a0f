export default () => import("https://example.com/x.js");
