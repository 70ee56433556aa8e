// What Node takes to run nothing; see `startup`.
