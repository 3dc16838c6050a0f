throw new Error("half a character: \ud83d");
