export default async () => {
  await Promise.any([Promise.reject(new TypeError("first source")), Promise.reject(new Error("second source"))]);
};
