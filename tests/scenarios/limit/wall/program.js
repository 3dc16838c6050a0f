console.log("waiting");
export default () => new Promise((done) => setTimeout(done, 60_000, "too late"));
