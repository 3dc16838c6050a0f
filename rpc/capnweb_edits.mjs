// SPDX-License-Identifier: Apache-2.0
// What Mayfly changes in capnweb 0.12.0, as replacements of exact text (rpc/README.md says why each is there). The wire
// form of every value that capnweb can send is untouched; Map, Set and RegExp are added to it.

export const version = "0.12.0";

/** Each `from` occurs `times` times (once unless it says so), or the build stops. */
export const edits = [
  {
    // In a guest the mere name of a web interface loads it, so what RPC is made of is asked for first. Buffer and
    // other subclasses of Uint8Array are bytes without the global Buffer being touched. What has no prototype, such as a
    // match's groups, is an object.
    what: "typeForRpc knows Map, Set and RegExp, and asks for web interfaces last",
    from: `		case Object.prototype: return "object";
		case Function.prototype:
		case AsyncFunction.prototype: return "function";
		case Array.prototype: return "array";
		case Date.prototype: return "date";
		case Uint8Array.prototype:
		case BUFFER_PROTOTYPE:
`,
    to: `		case null:
		case Object.prototype: return "object";
		case Function.prototype:
		case AsyncFunction.prototype: return "function";
		case Array.prototype: return "array";
		case Date.prototype: return "date";
		case Map.prototype: return "map";
		case Set.prototype: return "set";
		case RegExp.prototype: return "regexp";
		case RpcStub$1.prototype: return "stub";
		case RpcPromise$1.prototype: return "rpc-promise";
		case Uint8Array.prototype:
`,
  },
  {
    what: "the web interfaces come after targets and errors",
    from: `		case Float64Array.prototype: return "bytes";
		case WritableStream.prototype: return "writable";
`,
    to: `		case Float64Array.prototype: return "bytes";
	}
	if (value instanceof RpcTarget$1 && !workersModule) return "rpc-target";
	if (value instanceof Error) return "error";
	if (value instanceof Uint8Array) return "bytes";
	switch (prototype) {
		case WritableStream.prototype: return "writable";
`,
  },
  {
    what: "stubs were asked for above",
    from: `		case Blob.prototype: return "blob";
		case RpcStub$1.prototype: return "stub";
		case RpcPromise$1.prototype: return "rpc-promise";
`,
    to: `		case Blob.prototype: return "blob";
`,
  },
  {
    what: "no look at the global Buffer",
    from: `let BUFFER_PROTOTYPE = typeof Buffer !== "undefined" ? Buffer.prototype : void 0;
`,
    // A promise among the items is delivered by assignment, as into an array; a Map or Set is filled anew, in the old
    // order, when the last one is there.
    to: `var CollectionSlots = class {
	collection;
	promises;
	items = [];
	pending = 0;
	constructor(collection, promises) {
		this.collection = collection;
		this.promises = promises;
	}
	get next() {
		return this.items.length;
	}
	add(item) {
		let last = this.promises[this.promises.length - 1];
		if (last !== void 0 && last.parent === this && last.property === this.items.length) ++this.pending;
		this.items.push(item);
	}
	deliver(index, item) {
		if (this.items[index] === item) return;
		this.items[index] = item;
		if (this.pending === 0 || --this.pending === 0) this.fill();
	}
	fill() {
		let { collection, items } = this;
		collection.clear();
		if (collection instanceof Map) for (let i = 0; i < items.length; i += 2) collection.set(items[i], items[i + 1]);
		else for (let item of items) collection.add(item);
		return collection;
	}
};
function* itemsOf(collection) {
	if (collection instanceof Map) for (let entry of collection) yield* entry;
	else yield* collection;
}
`,
  },
  {
    what: "deep copies",
    from: `				for (let i in object) result[i] = this.deepCopy(object[i], object, i, result, dupStubs, owner);
				return result;
			}
`,
    to: `				for (let i in object) result[i] = this.deepCopy(object[i], object, i, result, dupStubs, owner);
				return result;
			}
			case "regexp": return value;
			case "map":
			case "set": {
				let slots = new CollectionSlots(value instanceof Map ? new Map() : new Set(), this.promises);
				for (let item of itemsOf(value)) slots.add(this.deepCopy(item, value, slots.next, slots, dupStubs, owner));
				return slots.fill();
			}
`,
  },
  {
    what: "delivery of promises",
    from: `			parent[property] = this.value;
`,
    to: `			if (parent instanceof CollectionSlots) parent.deliver(property, this.value);
			else parent[property] = this.value;
`,
  },
  {
    what: "disposal",
    from: `				for (let i in object) this.disposeImpl(object[i], object);
				return;
			}
`,
    to: `				for (let i in object) this.disposeImpl(object[i], object);
				return;
			}
			case "map":
			case "set":
				for (let item of itemsOf(value)) this.disposeImpl(item, value);
				return;
`,
  },
  {
    what: "rejections that nobody handles",
    from: `				for (let i in object) this.ignoreUnhandledRejectionsImpl(object[i]);
				return;
			}
`,
    to: `				for (let i in object) this.ignoreUnhandledRejectionsImpl(object[i]);
				return;
			}
			case "map":
			case "set":
				for (let item of itemsOf(value)) this.ignoreUnhandledRejectionsImpl(item);
				return;
`,
  },
  {
    what: "a path does not lead into a value",
    from: `			case "primitive":
			case "bigint":
			case "bytes":
			case "blob":
			case "date":
			case "error":
			case "url":
`,
    to: `			case "map":
			case "set":
			case "regexp":
			case "primitive":
			case "bigint":
			case "bytes":
			case "blob":
			case "date":
			case "error":
			case "url":
`,
  },
  {
    what: "serialising",
    from: `				return [result];
			}
			case "bigint":
`,
    to: `				return [result];
			}
			case "map": {
				let result = [];
				for (let [key, item] of value) result.push([
					this.devaluateImpl(key, value, depth + 1),
					this.devaluateImpl(item, value, depth + 1)
				]);
				return ["map", result];
			}
			case "set": {
				let result = [];
				for (let item of value) result.push(this.devaluateImpl(item, value, depth + 1));
				return ["set", result];
			}
			case "regexp": return ["regexp", value.source, value.flags];
			case "bigint":
`,
  },
  {
    what: "parsing",
    from: `				case "undefined":
					if (value.length === 1) return;
					break;
`,
    to: `				case "map":
				case "set": {
					if (value.length !== 2 || !(value[1] instanceof Array)) break;
					let isMap = value[0] === "map";
					let slots = new CollectionSlots(isMap ? new Map() : new Set(), this.promises);
					let add = (item) => slots.add(this.evaluateImpl(item, slots, slots.next, depth + 1));
					for (let item of value[1]) {
						if (!isMap) add(item);
						else if (item instanceof Array && item.length === 2) item.forEach(add);
						else throw new TypeError("A map's entries must be pairs.");
					}
					return slots.fill();
				}
				case "regexp":
					if (value.length === 3 && typeof value[1] === "string" && typeof value[2] === "string") return new RegExp(value[1], value[2]);
					break;
				case "undefined":
					if (value.length === 1) return;
					break;
`,
  },
  {
    what: "size estimates",
    from: `			if (value instanceof Error) {
				let size = ESTIMATED_OBJECT_OVERHEAD + estimateStringSize(value.name)`,
    to: `			if (value instanceof Map || value instanceof Set) {
				let size = ESTIMATED_OBJECT_OVERHEAD;
				for (let item of itemsOf(value)) size += ESTIMATED_ENTRY_OVERHEAD + estimateEncodedSize(item, seen, depth + 1);
				return size;
			}
			if (value instanceof RegExp) return estimateStringSize(value.source);
			if (value instanceof Error) {
				let size = ESTIMATED_OBJECT_OVERHEAD + estimateStringSize(value.name)`,
  },
  {
    what: "an error's mark is the receiver's to set, so it is not sent on",
    from: `					if (key === "name" || key === "message" || key === "stack") continue;
					captureProp(key, anyE[key]);
`,
    to: `					if (key === "name" || key === "message" || key === "stack") continue;
					if (key === "remote" && anyE[key] === true) continue;
					captureProp(key, anyE[key]);
`,
  },
  {
    what: "errors keep a name of their own, and those that came over a session are marked",
    from: `						if (typeof value[3] === "string") result.stack = value[3];
						if (value.length >= 5) {
							let props = value[4];
							if (!props || typeof props !== "object" || Array.isArray(props)) break;
`,
    to: `						if (typeof value[3] === "string") result.stack = value[3];
						if (!ERROR_TYPES[value[1]]) Object.defineProperty(result, "name", {
							value: value[1],
							writable: true,
							configurable: true
						});
						if (this.importer !== NULL_IMPORTER) result.remote = true;
						if (value.length >= 5) {
							let props = value[4];
							if (!props || typeof props !== "object" || Array.isArray(props)) break;
`,
  },
  {
    what: "the mark cannot be taken away by the peer",
    from: `								if (key === "name" || key === "message" || key === "stack") continue;
								if (key in Object.prototype`,
    to: `								if (key === "name" || key === "message" || key === "stack") continue;
								if (key === "remote" && result.remote === true) {
									this.evaluateImpl(propsObj[key], result, key, depth + 1);
									continue;
								}
								if (key in Object.prototype`,
  },
  {
    what: "bytes arrive as what they were sent as, not as a view of Buffer's pool",
    from: `if (typeof Buffer !== "undefined") bytes = Buffer.from(value[1], "base64");
					else if (Uint8Array.fromBase64) bytes = Uint8Array.fromBase64(value[1]);
`,
    to: `if (Uint8Array.fromBase64) bytes = Uint8Array.fromBase64(value[1]);
					else if (typeof Buffer !== "undefined") bytes = new Uint8Array(Buffer.from(value[1], "base64"));
`,
  },
  {
    // Such a stream came with a result from another session; upstream refuses to pass it on.
    what: "a result with a stream, such as a Response, goes from one session to another",
    from: `else throw new Error("owned payload shouldn't contain raw ReadableStreams");
`,
    to: `else {
			for (let hook of this.hooks) if (hook.state?.stream === stream) return hook.dup();
			return streamImpl.createReadableStreamHook(stream);
		}
`,
  },
  {
    // A guest's clock stands still while its program runs: no time passes between a chunk and its acknowledgement.
    what: "flow control without a clock keeps its window",
    from: `			newWindow = Math.min(newWindow, token.windowAtSend * growthFactor);
`,
    to: `			if (!Number.isFinite(newWindow)) newWindow = token.windowAtSend;
			newWindow = Math.min(newWindow, token.windowAtSend * growthFactor);
`,
  },
];
