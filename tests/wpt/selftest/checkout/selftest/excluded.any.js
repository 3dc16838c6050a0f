test(() => assert_equals(1, 2), "is skipped by an expectation");
