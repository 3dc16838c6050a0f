const later = new Promise((resolve) => setTimeout(resolve, 5, "done"));
later.then((text) => text.toUpperCase());
