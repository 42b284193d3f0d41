/* Stands in for every header that Microsoft's trace preprocessor would have made (NAME.tmh): tracing does nothing. */
#ifndef WHBA_NO_TRACE_H
#define WHBA_NO_TRACE_H

#define WPP_INIT_TRACING(...) ((void)0)
#define WPP_CLEANUP(...) ((void)0)
#define WPP_LEVEL_ENABLED(flags) 0
#define WPP_LEVEL_FLAGS_ENABLED(level, flags) 0
#define TraceEvents(...) ((void)0)
#define DoTraceMessage(...) ((void)0)
#define DoTraceLevelMessage(...) ((void)0)
#define DoDebugTrace(...) ((void)0)

#endif
