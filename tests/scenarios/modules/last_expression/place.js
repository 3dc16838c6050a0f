const rows = await [1];
"é"; rows.nothing.x;
