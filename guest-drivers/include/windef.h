/* Base types under the name that user-mode headers have. */
#include <ntdef.h>
