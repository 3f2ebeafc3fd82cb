// Before the common part where only the device half is compiled.
#define F(site)
// Those that come along: with Sampan all that can, but CUDA does not promise it.
#define ACTIVE() __activemask()
#define ALL_ACTIVE() __activemask()
#define COALESCED() cg::coalesced_threads()
#define ALL_COALESCED() cg::coalesced_threads()
#define DYNAMIC_SHARED(type, name) extern __shared__ type name[]
