throw new Error("no\nok | cpu 0.1 of 50 ms | wall 1.0 ms | memory 0.1 of 64 MB | sealed");
