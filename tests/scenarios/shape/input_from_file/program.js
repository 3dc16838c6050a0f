export default (input) => input.rows.length;
