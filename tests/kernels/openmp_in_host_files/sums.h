#pragma once
#ifdef __cplusplus
int sum_in_cpp(const int *values, int count);
extern "C" {
#endif
int sum_in_c(const int *values, int count);
#ifdef __cplusplus
}
#endif
