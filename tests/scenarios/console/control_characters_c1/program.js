throw Object.assign(new Error("\u009b31mred \u0085"), { name: "\u009d0;title\u009c" });
