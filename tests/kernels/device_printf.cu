// expect-output: one thread: 42 -7 4000000000 1234567890123
// expect-output: hex ff FF 0x1f octal 17 char Z percent %
// expect-output: float 3.140000 2.5 1.000000e+03 [   1.50] [1.50   ]
// expect-output: text [hello] [  abc] [ab]
// expect-output: padded [  007] [42   ] [+5]
// expect-output: size 12345678901 short -3
// expect-output: no arguments
// expect-output: star [   9]
#include "check.h"

__global__ void say(int value) {
  printf("one thread: %d %i %u %lld\n", value, -7, 4000000000u, 1234567890123LL);
  printf("hex %x %X %#x octal %o char %c percent %%\n", 255, 255, 31, 15, 'Z');
  printf("float %f %g %e [%7.2f] [%-7.2f]\n", 3.14, 2.5f, 1000.0, 1.5, 1.5);
  printf("text [%s] [%5s] [%.2s]\n", "hello", "abc", "abc");
  printf("padded [%5.3d] [%-5d] [%+d]\n", 7, 42, 5);
  printf("size %lu short %hd\n", 12345678901ul, short(-3));
  printf("no arguments\n");
  printf("star [%*d]\n", 4, 9);
}

__global__ void count_lines(int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && i % 3 == 0)
    printf("line\n");
}

int main() {
  say<<<1, 1>>>(42);
  SYNC();
  count_lines<<<2, 48>>>(90); // thirty lines that all look the same
  SYNC();
  return verdict();
}
