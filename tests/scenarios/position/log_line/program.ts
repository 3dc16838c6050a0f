interface Row { id: number }

declare const nowhere: Row;
enum Level { Low, High }
console.log("line six");
export default (): void => { console.log("line seven", Level.High); };
