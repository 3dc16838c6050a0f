export default async () => {
  const file = new File(["ab", "c"], "f.txt", { type: "a/b", lastModified: 5 });
  const copy = structuredClone({ file, list: [file, new Blob(["\u20ac"], { type: "c/d" })] });
  const { port1, port2 } = new MessageChannel();
  const received = new Promise((resolve) => { port2.onmessage = ({ data }) => { port2.close(); resolve(data); }; });
  port1.postMessage(new Blob(["sent"]));
  return {
    file: [copy.file instanceof File, copy.file !== file, copy.file.name, copy.file.type, copy.file.lastModified, await copy.file.text()],
    same: copy.file === copy.list[0],
    blob: [copy.list[1] instanceof File, copy.list[1].type, await copy.list[1].text()],
    message: await (await received).text(),
  };
};
