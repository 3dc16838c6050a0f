const identity = <T,>(value: T): T => value;
class Box<const T extends readonly unknown[] = []> { constructor(public items: T) {} map<U>(f: (item: T[number]) => U): U[] { return this.items.map(f); } }
const lengths = new Box<readonly string[]>(["a", "bb"]).map<number>((text) => text.length);
type Deep<T> = { [K in keyof T]?: T[K] extends object ? Deep<T[K]> : T[K] };
const partial: Deep<{ a: { b: number } }> = { a: {} };
const made = Array.from<number, string>([1, 2], (n) => `${identity<number>(n)}`);
const less = 1 < 2, more = (3 as number) > 2;
export default () => ({ lengths, made, partial, flags: [less, more] });
