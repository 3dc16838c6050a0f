export default async () => {
  const answer = await fetch("https://example.com/");
  return answer.status;
};
