type T = number;
if ((1 as T) > 0) {
		throw new Error("tab");
}
