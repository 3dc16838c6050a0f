const n = 1;
let text = "nothing follows";
