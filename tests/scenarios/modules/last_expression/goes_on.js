const r = await 1;
const f = r
(async () => 1)()
