test(() => {}, "a test before the wait is reported");
promise_test(() => new Promise(() => {}), "waits for nothing");
