test(() => {}, "a test before the throw is reported");
null.property;
