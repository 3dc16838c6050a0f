class Account {
  static #count = 0;
  history: number[] = [this.balance];
  constructor(readonly owner: string, protected balance = 10, private readonly log?: string[]) {
    Account.#count++;
    this.log?.push(`${owner}: ${balance}`);
  }
  static get count(): number { return Account.#count; }
}
export default () => {
  const log: string[] = [];
  const account = new Account("Ada", undefined, log);
  return { account, log, count: Account.count };
};
