async (input, env) => [input, env.A]
