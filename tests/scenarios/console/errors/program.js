class HttpError extends Error { constructor(message, status) { super(message); this.name = "HttpError"; this.status = status; } }
console.error(new TypeError("wrong type"), new HttpError("no answer", 503));
console.error({ nested: new RangeError("inside") }, [new Error("")]);
try { null.x; } catch (error) { console.error("failed:", error); }
