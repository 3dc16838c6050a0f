console.log("%i|%f|%i|%d", 7.9, "1.5 kg", "x", 5);
