export default () => <p class="a">text</p>;
