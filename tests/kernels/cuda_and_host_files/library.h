#pragma once
#ifdef __cplusplus
extern "C" {
#endif
int c_function(int i);
#ifdef __cplusplus
}
int multiply_on_device(int *out, int n);
#endif
