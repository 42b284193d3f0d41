/* What C++ asks for besides C: constructors of globals run before DriverEntry; there is no heap and nobody to call destructors. */
#include <stddef.h>

extern "C" void __wasm_call_ctors(void);

extern "C" __attribute__((export_name("_initialize"))) void whba_initialize(void) {
  __wasm_call_ctors();
}

extern "C" int __cxa_atexit(void (*)(void *), void *, void *) {
  return 0;
}

extern "C" [[noreturn]] void __cxa_pure_virtual(void) {
  __builtin_trap();
}

extern "C" {
void *__dso_handle = 0;
}

void operator delete(void *) noexcept {
}

void operator delete(void *, size_t) noexcept {
}
