/* A driver may have its own memcmp: every function of the runtime gives way. */
#ifndef WHBA_RUNTIME_H
#define WHBA_RUNTIME_H

#define SHARED __attribute__((weak))

#endif
