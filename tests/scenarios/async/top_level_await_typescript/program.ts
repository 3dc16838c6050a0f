type Answer = { n: number };

const answer: Answer = await new Promise<Answer>(() => {});
export default (): number => answer.n;
