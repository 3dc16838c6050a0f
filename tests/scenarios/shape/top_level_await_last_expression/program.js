const rows = await Promise.resolve([3, 4]);
rows.length;
