test(() => assert_equals(document.title, ""), "needs a page, so it is skipped");
