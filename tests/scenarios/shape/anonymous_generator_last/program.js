const rate = 1.19;
(net) => net * rate;
