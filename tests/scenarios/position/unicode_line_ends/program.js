// a const s = "inside   a string is allowed"; throw new Error("x");
