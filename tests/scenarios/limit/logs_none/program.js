console.log("anything");
42;
