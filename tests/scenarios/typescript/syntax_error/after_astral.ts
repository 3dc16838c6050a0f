type T = string;
const t: T = "𝄞";;)
