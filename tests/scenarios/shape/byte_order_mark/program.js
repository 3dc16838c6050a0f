(input) => input
