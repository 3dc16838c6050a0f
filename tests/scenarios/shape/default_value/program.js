const stock = new Map([["tray", 3]]);
export default { left: Object.fromEntries(stock), list: [1, , 3], when: new Date(0), nothing: undefined };
