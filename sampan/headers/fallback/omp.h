// OpenMP's runtime functions for one thread. Found only where no omp.h is installed: OpenMP pragmas
// of host code are then ignored, so a program runs its parallel regions on one thread.
#ifndef SAMPAN_OMP_H
#define SAMPAN_OMP_H

#include <time.h>

#if defined(__cplusplus)
#define __SAMPAN_OMP static inline
extern "C" {
#else
#define __SAMPAN_OMP static __inline__
#endif

typedef int omp_lock_t;
typedef int omp_nest_lock_t;
typedef enum omp_sched_t {
  omp_sched_static = 1,
  omp_sched_dynamic = 2,
  omp_sched_guided = 3,
  omp_sched_auto = 4
} omp_sched_t;

__SAMPAN_OMP void omp_set_num_threads(int count) { (void)count; }
__SAMPAN_OMP int omp_get_num_threads(void) { return 1; }
__SAMPAN_OMP int omp_get_max_threads(void) { return 1; }
__SAMPAN_OMP int omp_get_thread_num(void) { return 0; }
__SAMPAN_OMP int omp_get_num_procs(void) { return 1; }
__SAMPAN_OMP int omp_in_parallel(void) { return 0; }
__SAMPAN_OMP void omp_set_dynamic(int on) { (void)on; }
__SAMPAN_OMP int omp_get_dynamic(void) { return 0; }
__SAMPAN_OMP void omp_set_nested(int on) { (void)on; }
__SAMPAN_OMP int omp_get_nested(void) { return 0; }
__SAMPAN_OMP int omp_get_thread_limit(void) { return 1; }
__SAMPAN_OMP void omp_set_schedule(omp_sched_t kind, int chunk) {
  (void)kind;
  (void)chunk;
}
__SAMPAN_OMP int omp_get_num_devices(void) { return 0; }
__SAMPAN_OMP int omp_is_initial_device(void) { return 1; }
__SAMPAN_OMP void omp_init_lock(omp_lock_t *lock) { *lock = 0; }
__SAMPAN_OMP void omp_destroy_lock(omp_lock_t *lock) { (void)lock; }
__SAMPAN_OMP void omp_set_lock(omp_lock_t *lock) { *lock = 1; }
__SAMPAN_OMP void omp_unset_lock(omp_lock_t *lock) { *lock = 0; }
__SAMPAN_OMP int omp_test_lock(omp_lock_t *lock) {
  int free = !*lock;
  *lock = 1;
  return free;
}
__SAMPAN_OMP double omp_get_wtime(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
__SAMPAN_OMP double omp_get_wtick(void) { return 1e-9; }

#if defined(__cplusplus)
}
#endif
#undef __SAMPAN_OMP

#endif
