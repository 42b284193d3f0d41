/* memcpy and its kin under their old name. */
#include <string.h>
