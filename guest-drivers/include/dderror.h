/* Error codes that old miniports return where a Win32 code is expected. */
#ifndef WHBA_DDERROR_H
#define WHBA_DDERROR_H

#define NO_ERROR 0L
#define ERROR_INVALID_FUNCTION 1L
#define ERROR_NOT_ENOUGH_MEMORY 8L
#define ERROR_DEV_NOT_EXIST 55L
#define ERROR_INVALID_PARAMETER 87L

#endif
