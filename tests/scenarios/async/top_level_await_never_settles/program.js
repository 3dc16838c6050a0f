const first = await 1;
const answer = await new Promise(() => {});
export default () => answer + first;
