enum Level { Low = 1, Middle, High = Low << 3 }
enum Name { A = "a", B = `b${1}` }
const enum Fixed { One = 1, Two = One * 2 }
declare enum Elsewhere { X }
export enum Exported { Yes = "yes" }
export default () => ({
  values: [Level.Low, Level.Middle, Level.High],
  back: Level[8],
  names: [Name.A, Name.B],
  fixed: Fixed.Two,
  keys: Object.keys(Level),
  exported: Exported.Yes,
});
