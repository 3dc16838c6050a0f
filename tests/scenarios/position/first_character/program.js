throw new Error("first");
