#include "opencl_api.h"

#include <dlfcn.h>

namespace sampan::opencl {
namespace {

constexpr char kLoader[] = "libOpenCL.so.1";

struct Name {
  cl_int error;
  const char *name;
};
// The error codes of the OpenCL 3.0 API specification that the calls above may give.
constexpr Name kNames[] = {
    {-1, "CL_DEVICE_NOT_FOUND"},
    {-2, "CL_DEVICE_NOT_AVAILABLE"},
    {-3, "CL_COMPILER_NOT_AVAILABLE"},
    {-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"},
    {-5, "CL_OUT_OF_RESOURCES"},
    {-6, "CL_OUT_OF_HOST_MEMORY"},
    {-11, "CL_BUILD_PROGRAM_FAILURE"},
    {-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"},
    {-15, "CL_COMPILE_PROGRAM_FAILURE"},
    {-17, "CL_LINK_PROGRAM_FAILURE"},
    {-30, "CL_INVALID_VALUE"},
    {-33, "CL_INVALID_DEVICE"},
    {-34, "CL_INVALID_CONTEXT"},
    {-36, "CL_INVALID_COMMAND_QUEUE"},
    {-42, "CL_INVALID_BINARY"},
    {-43, "CL_INVALID_BUILD_OPTIONS"},
    {-44, "CL_INVALID_PROGRAM"},
    {-45, "CL_INVALID_PROGRAM_EXECUTABLE"},
    {-46, "CL_INVALID_KERNEL_NAME"},
    {-48, "CL_INVALID_KERNEL"},
    {-49, "CL_INVALID_ARG_INDEX"},
    {-50, "CL_INVALID_ARG_VALUE"},
    {-51, "CL_INVALID_ARG_SIZE"},
    {-52, "CL_INVALID_KERNEL_ARGS"},
    {-54, "CL_INVALID_WORK_GROUP_SIZE"},
    {-55, "CL_INVALID_WORK_ITEM_SIZE"},
    {-59, "CL_INVALID_OPERATION"},
    {-63, "CL_INVALID_GLOBAL_WORK_SIZE"},
    {-1001, "CL_PLATFORM_NOT_FOUND_KHR"},
};

template <typename Function>
bool find(void *library, const char *name, Function *&function, std::string &why) {
  function = reinterpret_cast<Function *>(dlsym(library, name));
  if (!function)
    why = std::string(kLoader) + " has no " + name + ": it is older than OpenCL 2.1";
  return function;
}

bool fill(void *library, Api &api, std::string &why) {
#define SAMPAN_FIND(name)                                                                          \
  if (!find(library, #name, api.name, why))                                                        \
    return false;
  SAMPAN_FIND(clGetPlatformIDs)
  SAMPAN_FIND(clGetPlatformInfo)
  SAMPAN_FIND(clGetDeviceIDs)
  SAMPAN_FIND(clGetDeviceInfo)
  SAMPAN_FIND(clCreateContext)
  SAMPAN_FIND(clCreateCommandQueueWithProperties)
  SAMPAN_FIND(clSVMAlloc)
  SAMPAN_FIND(clSVMFree)
  SAMPAN_FIND(clCreateProgramWithIL)
  SAMPAN_FIND(clCreateProgramWithBinary)
  SAMPAN_FIND(clBuildProgram)
  SAMPAN_FIND(clGetProgramBuildInfo)
  SAMPAN_FIND(clCreateKernel)
  SAMPAN_FIND(clGetKernelWorkGroupInfo)
  SAMPAN_FIND(clGetKernelSubGroupInfo)
  SAMPAN_FIND(clSetKernelArg)
  SAMPAN_FIND(clSetKernelArgSVMPointer)
  SAMPAN_FIND(clSetKernelExecInfo)
  SAMPAN_FIND(clEnqueueNDRangeKernel)
  SAMPAN_FIND(clFinish)
#undef SAMPAN_FIND
  return true;
}

} // namespace

const Api *load(std::string &why) {
  // Never closed: drivers leave threads behind.
  void *library = dlopen(kLoader, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    why = std::string("there is no OpenCL loader (") + kLoader +
          "): install it, on Debian the package ocl-icd-libopencl1, and a device's driver";
    return nullptr;
  }
  static Api api;
  return fill(library, api, why) ? &api : nullptr;
}

const char *error_name(cl_int error) {
  for (const Name &one : kNames) {
    if (one.error == error)
      return one.name;
  }
  return "an OpenCL error";
}

} // namespace sampan::opencl
