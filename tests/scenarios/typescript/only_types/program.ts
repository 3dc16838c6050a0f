interface Row { id: number }
type Id = Row["id"];
