const pages = await Promise.all([1, 2].map(async (page) => page * 10));
export default (input) => [...pages, input];
