/* The guest runtime in one piece. The linker leaves out what a driver does not call. */
#include "memory.c"
#include "string.c"
#include "number.c"
#include "print.c"
