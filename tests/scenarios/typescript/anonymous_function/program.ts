async function (input: { names: string[] }): Promise<string> {
  return input.names.join(" & ");
}
