export default () => 1;
export { nothing };
