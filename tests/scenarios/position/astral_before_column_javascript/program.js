const a = "𝄞𝄞"; throw new Error(a);
