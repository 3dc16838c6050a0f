const list = [() => 1];
console.log(list[0], Object.assign(() => {}, {}), (() => () => 1)());
