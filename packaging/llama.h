// Included before every file of llama.cpp. GCC before 13 tells its optimiser that loading a tile configuration reads 8
// bytes, so that the other 56 are never written, and the first AMX instruction ends the process (illegal instruction).
#if defined(__x86_64__) && defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define _tile_loadconfig(config) __asm__ volatile("ldtilecfg\t%0" ::"m"(*(const char(*)[64])(config)))
#endif
