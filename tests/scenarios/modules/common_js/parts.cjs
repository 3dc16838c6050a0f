exports.one = 1;
module.exports.two = 2;
