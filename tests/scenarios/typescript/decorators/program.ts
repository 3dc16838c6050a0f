const seen: string[] = [];
function traced(target: object, key: string, descriptor: PropertyDescriptor): void {
  const original = descriptor.value;
  descriptor.value = function (this: unknown, ...args: unknown[]) {
    seen.push(`${key}(${args.join()})`);
    return original.apply(this, args);
  };
}
const sealed = (label: string) => (target: Function): void => { seen.push(`${label} ${target.name}`); };
function field(target: object, key: string): void { seen.push(`field ${key}`); }
@sealed("class")
class Calculator {
  @field precision = 2;
  @traced add(a: number, b: number): number { return a + b; }
}
export default () => ({ sum: new Calculator().add(1, 2), seen });
