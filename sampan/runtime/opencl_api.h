// What we use of OpenCL, by the Khronos OpenCL 3.0 API specification. There is no header and no
// library of it at build time: the loader is opened when a program names a device.
#ifndef SAMPAN_OPENCL_API_H
#define SAMPAN_OPENCL_API_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace sampan::opencl {

using cl_int = int32_t;
using cl_uint = uint32_t;
using cl_ulong = uint64_t;
using cl_bitfield = uint64_t;
using cl_bool = cl_uint;
using Platform = struct cl_platform_handle *;
using Device = struct cl_device_handle *;
using Context = struct cl_context_handle *;
using Queue = struct cl_queue_handle *;
using Program = struct cl_program_handle *;
using KernelHandle = struct cl_kernel_handle *;
using Event = struct cl_event_handle *;

constexpr cl_int kSuccess = 0, kDeviceNotFound = -1, kPlatformNotFound = -1001;
constexpr cl_bitfield kAllTypes = 0xFFFFFFFF;
constexpr cl_uint kPlatformVersion = 0x0901;
constexpr cl_uint kMaxComputeUnits = 0x1002, kMaxWorkGroupSize = 0x1004, kSingleFpConfig = 0x101B,
                  kGlobalMemSize = 0x101F, kLocalMemSize = 0x1023, kDeviceName = 0x102B,
                  kDeviceExtensions = 0x1030, kSvmCapabilities = 0x1053, kIlVersion = 0x105B;
constexpr cl_bitfield kFpCorrectDivideSqrt = 1 << 7;
constexpr cl_bitfield kSvmFineGrainBuffer = 1 << 1, kSvmFineGrainSystem = 1 << 2,
                      kSvmAtomics = 1 << 3;
constexpr cl_bitfield kMemReadWrite = 1 << 0, kMemSvmFineGrainBuffer = 1 << 10,
                      kMemSvmAtomics = 1 << 11;
constexpr cl_uint kProgramBuildLog = 0x1183;
constexpr cl_uint kKernelWorkGroupSize = 0x11B0, kKernelLocalMemSize = 0x11B2;
constexpr cl_uint kSubGroupSizeForRange = 0x2033;
constexpr cl_uint kSubGroupSizes = 0x4108; // of cl_intel_required_subgroup_size
constexpr cl_uint kKernelExecSvmPointers = 0x11B6;

// The entry points, as the loader exports them.
struct Api {
  cl_int (*clGetPlatformIDs)(cl_uint, Platform *, cl_uint *);
  cl_int (*clGetPlatformInfo)(Platform, cl_uint, size_t, void *, size_t *);
  cl_int (*clGetDeviceIDs)(Platform, cl_bitfield, cl_uint, Device *, cl_uint *);
  cl_int (*clGetDeviceInfo)(Device, cl_uint, size_t, void *, size_t *);
  Context (*clCreateContext)(const intptr_t *, cl_uint, const Device *,
                             void (*)(const char *, const void *, size_t, void *), void *,
                             cl_int *);
  Queue (*clCreateCommandQueueWithProperties)(Context, Device, const cl_bitfield *, cl_int *);
  void *(*clSVMAlloc)(Context, cl_bitfield, size_t, cl_uint);
  void (*clSVMFree)(Context, void *);
  Program (*clCreateProgramWithIL)(Context, const void *, size_t, cl_int *);
  Program (*clCreateProgramWithBinary)(Context, cl_uint, const Device *, const size_t *,
                                       const unsigned char **, cl_int *, cl_int *);
  cl_int (*clBuildProgram)(Program, cl_uint, const Device *, const char *,
                           void (*)(Program, void *), void *);
  cl_int (*clGetProgramBuildInfo)(Program, Device, cl_uint, size_t, void *, size_t *);
  KernelHandle (*clCreateKernel)(Program, const char *, cl_int *);
  cl_int (*clGetKernelWorkGroupInfo)(KernelHandle, Device, cl_uint, size_t, void *, size_t *);
  cl_int (*clGetKernelSubGroupInfo)(KernelHandle, Device, cl_uint, size_t, const void *, size_t,
                                    void *, size_t *);
  cl_int (*clSetKernelArg)(KernelHandle, cl_uint, size_t, const void *);
  cl_int (*clSetKernelArgSVMPointer)(KernelHandle, cl_uint, const void *);
  cl_int (*clSetKernelExecInfo)(KernelHandle, cl_uint, size_t, const void *);
  cl_int (*clEnqueueNDRangeKernel)(Queue, KernelHandle, cl_uint, const size_t *, const size_t *,
                                   const size_t *, cl_uint, const Event *, Event *);
  cl_int (*clFinish)(Queue);
};

// Null where there is no loader, or one older than OpenCL 2.1; `why` then says so.
const Api *load(std::string &why);
// CL_INVALID_KERNEL_ARGS and so on.
const char *error_name(cl_int error);

} // namespace sampan::opencl

#endif
