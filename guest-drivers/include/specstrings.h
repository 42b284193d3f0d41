/* The old name of the annotations. */
#include <sal.h>
