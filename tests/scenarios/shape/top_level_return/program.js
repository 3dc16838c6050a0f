const n = 6;
return n * 7;
