import { waitUntil } from "cloudflare:workers";
export default () => {
  waitUntil(new Promise(() => {}));
  return "early";
};
