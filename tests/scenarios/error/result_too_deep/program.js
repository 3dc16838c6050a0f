export default () => JSON.parse("[".repeat(600) + "]".repeat(600));
