// The first line of a script stands behind a hidden prefix; its columns must not move.
const fail = () => { throw new Error("here"); };
fail();
