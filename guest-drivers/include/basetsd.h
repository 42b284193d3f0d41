/* The sized and pointer-sized integers live with the other base types. */
#include <ntdef.h>
