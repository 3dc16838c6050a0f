const rate = 1;
const rate = 2;
