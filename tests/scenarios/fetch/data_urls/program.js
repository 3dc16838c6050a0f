export default async () => {
  const outcome = async (url, init) => {
    try {
      const response = await fetch(url, init);
      return [response.status, response.statusText, response.type, response.headers.get("content-type"), [...await response.bytes()].join(" ")];
    } catch (error) {
      return [error.name, "code" in error];
    }
  };
  const urls = ["data:,a%20b%zz%41", "data:text/html;charset=utf-8,<p>", "data:;base64,aGk=", "data:text/plain;base64,a G k", "data:;base64,a", "data:nocomma",
    "data:;x=y,", "data:bad type,x", "data:image/png;BASE64,AAEC#fragment", "data:,caf\u00e9"];
  return { answers: await Promise.all(urls.map((url) => outcome(url))), head: await outcome("data:,x", { method: "HEAD" }) };
};
