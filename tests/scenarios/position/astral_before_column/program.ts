type T = string;
const a: T = "𝄞𝄞"; throw new Error(a as T);
