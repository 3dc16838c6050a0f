const row: { n: number } = await Promise.resolve({ n: 2 });
row as { n: number };
