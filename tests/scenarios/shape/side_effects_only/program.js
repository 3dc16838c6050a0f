import.meta.url;
console.log("ran");
export {};
