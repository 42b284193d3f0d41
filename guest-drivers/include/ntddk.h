/* The kernel header of older drivers. */
#include <wdm.h>
