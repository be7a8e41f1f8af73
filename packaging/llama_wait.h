// Included before every file of llama.cpp where it is built without OpenMP (macOS). There its threads wait for each other
// by spinning without end, and stand still as soon as another program has the core of one of them. With this a thread
// that has spun a thousand times (some 50 microseconds) naps for a moment. ggml-cpu.c defines ggml_thread_cpu_relax(void)
// and calls ggml_thread_cpu_relax(); the macro tells the two apart by what stands between the brackets.
#include <time.h>
static inline void seedbed_spin(void);
static inline void seedbed_wait(void) {
    static __thread unsigned spun;
    if (++spun % 1000) {
        seedbed_spin();
    } else {
        const struct timespec nap = {0, 20000};
        nanosleep(&nap, 0);
    }
}
#define SEEDBED_RELAX_void seedbed_spin(void)
#define SEEDBED_RELAX_ seedbed_wait()
#define ggml_thread_cpu_relax(given) SEEDBED_RELAX_##given
