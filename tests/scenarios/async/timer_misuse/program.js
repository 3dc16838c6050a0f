const tries = [() => setTimeout("code()", 1), () => setTimeout(), () => setInterval({}, 1), () => queueMicrotask("code"), () => setTimeout(() => {}, Symbol())];
export default () => tries.map((attempt) => { try { return attempt(); } catch (error) { return error.name; } });
