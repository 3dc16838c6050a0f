export default () => Array.from({ length: 8 }, () => Math.random());
