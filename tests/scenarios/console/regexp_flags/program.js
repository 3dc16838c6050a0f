console.log(/a/gi, [/b/u]);
