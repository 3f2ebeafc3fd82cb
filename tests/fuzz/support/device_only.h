// Before the common part where only the device half is compiled.
#define F(site)
#define DYNAMIC_SHARED(type, name) extern __shared__ type name[]
