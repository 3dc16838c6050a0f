async function () { null.x; }
