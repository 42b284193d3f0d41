/* Base types under the name that user-mode headers have, and BOOL: the headers of the kernel leave it to the driver. */
#ifndef WHBA_WINDEF_H
#define WHBA_WINDEF_H

#include <ntdef.h>

typedef int BOOL, *PBOOL, *LPBOOL;

#endif
