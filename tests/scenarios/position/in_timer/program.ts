type Job = () => void;
const job: Job = () => { throw new Error("in a timer"); };
export default async (): Promise<void> => {
  setTimeout(job, 1);
  await new Promise<void>((done) => setTimeout(done, 1000));
};
