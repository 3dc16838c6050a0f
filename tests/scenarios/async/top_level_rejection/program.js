const rows = await Promise.reject(new Error("no rows"));
export default () => rows;
