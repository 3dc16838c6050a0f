enum A {
  B = ,
}
