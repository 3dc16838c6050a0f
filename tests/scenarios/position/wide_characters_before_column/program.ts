type T = string;
const é: T = "日本語 — ß"; throw new Error(é as T);
