export default () => "ä".repeat(600);
